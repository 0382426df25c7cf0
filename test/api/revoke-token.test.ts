import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MemoryRevocationChannel } from '../../src/adapters/memory/memory-revocation-channel.ts'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { eventually } from '../support/eventually.ts'
import { Forger } from '../support/forger.ts'
import { revocationStatsDocument, revokeTokenDocument, verifyTokenDocument } from '../support/operations.ts'
import { askRefresh, type SignedIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { auditOf, countRows, insertTenant } from '../support/rows.ts'
import { send } from '../support/services.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
let admin: SignedIn
beforeAll(async () => {
  test = await createTestApp()
  admin = await signUpAs(test, 'ADMIN')
})
afterAll(() => test.close())

async function revoke(input: Record<string, unknown>, bearer = admin.accessToken) {
  const variables = { input: { reason: 'leaked in a log', ...input } }
  const answer = await test.actor().ask(revokeTokenDocument, variables, Actor.bearer(bearer))
  expect(answer.errors).toEqual([])
  return answer.data.revokeToken
}

const jtiOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).jti

describe('revokeToken', () => {
  it('refuses one access token from then on, by itself or by its jti, and leaves the session', async () => {
    for (const by of ['token', 'jti']) {
      const ada = await signUp(test.actor())
      const jti = jtiOf(ada.accessToken)
      const revoked = await revoke(by === 'token' ? { token: ada.accessToken } : { jti })
      expect(revoked).toMatchObject({ __typename: 'RevokeTokenSuccess', jti })
      expect(Date.parse(revoked.expiresAt)).toBeGreaterThan(test.clock.now().getTime() + 3_600_000)
      expect(await whoIs(test.actor(), ada.accessToken)).toBe('TOKEN_REVOKED')
      const next = await askRefresh(test.actor(), ada.refreshToken)
      expect(await whoIs(test.actor(), next.tokens.accessToken)).toBe(ada.userId)
      const about = by === 'token' ? ada.userId : null
      expect(
        (await auditOf(test.database, about)).findLast(({ type }) => type === 'TOKEN_REVOKED'),
      ).toMatchObject({
        actorId: admin.userId,
        reason: 'leaked in a log',
        details: { jti },
      })
    }
  })

  it('is learned by other processes, also by polling alone', async () => {
    const other = await createTestApp({ database: test.database, clock: test.clock })
    const ada = await signUp(test.actor())
    expect(await whoIs(other.actor(), ada.accessToken)).toBe(ada.userId)
    await revoke({ token: ada.accessToken })
    await eventually(async () => expect(await whoIs(other.actor(), ada.accessToken)).toBe('TOKEN_REVOKED'))
    await other.close()
  })

  it('may be asked by an API key, which the audit log names', async () => {
    const { secret, id } = await makeKey(test, admin.accessToken, { permissions: ['tokens:revoke'] })
    const ada = await signUp(test.actor())
    expect(await revoke({ token: ada.accessToken }, secret)).toMatchObject({ jti: jtiOf(ada.accessToken) })
    expect((await auditOf(test.database, ada.userId)).at(-1)).toMatchObject({
      type: 'TOKEN_REVOKED',
      details: { apiKeyId: id },
    })
  })

  it('refuses what is no valid access token of the tenant, and changes nothing', async () => {
    const ada = await signUp(test.actor())
    const foreign = await signUp(test.actor(), { tenant: await insertTenant(test.database) })
    const forger = await Forger.of(test, ada.accessToken)
    const seconds = Math.floor(test.clock.now().getTime() / 1000)
    const expired = forger.forge({}, { exp: seconds - 60 })
    const before = await countRows(test.database)
    for (const token of ['', 'rubbish', ada.refreshToken, expired, foreign.accessToken])
      expect(await revoke({ token }), token).toMatchObject({ code: 'INVALID_TOKEN' })
    expect(await countRows(test.database)).toEqual(before)
    expect(await whoIs(test.actor(), foreign.accessToken)).toBe(foreign.userId)
  })

  it('accepts a bare jti only from administrators of the installation, because its owner is unknown', async () => {
    const foreign = await signUpAs(test, 'ADMIN', await insertTenant(test.database))
    const { secret } = await makeKey(test, foreign.accessToken, { permissions: ['tokens:revoke'] })
    const ada = await signUp(test.actor())
    const before = await countRows(test.database)
    for (const bearer of [foreign.accessToken, secret]) {
      const input = { jti: jtiOf(ada.accessToken), reason: 'not mine' }
      const answer = await test.actor().ask(revokeTokenDocument, { input }, Actor.bearer(bearer))
      expect(answer.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    }
    expect(await countRows(test.database)).toEqual(before)
    expect(await whoIs(test.actor(), ada.accessToken)).toBe(ada.userId)
    expect(await revoke({ token: foreign.accessToken }, foreign.accessToken)).toMatchObject({
      jti: jtiOf(foreign.accessToken),
    })
  })

  it('names what is wrong with the input', async () => {
    const token = (await signUp(test.actor())).accessToken
    const cases: [Record<string, unknown>, string[], string][] = [
      [{}, [], 'ONE_OF_TWO'],
      [{ token, jti: randomUUID() }, [], 'ONE_OF_TWO'],
      [{ jti: 'rubbish' }, ['jti'], 'INVALID_JTI'],
      [{ jti: randomUUID().toUpperCase() }, ['jti'], 'INVALID_JTI'],
      [{ token, reason: '' }, ['reason'], 'REQUIRED'],
      [{ token, reason: 'x'.repeat(501) }, ['reason'], 'TOO_LONG'],
    ]
    for (const [input, path, code] of cases)
      expect((await revoke(input)).issues, JSON.stringify(input)).toMatchObject([{ path, code }])
    expect(await whoIs(test.actor(), token)).not.toBe('TOKEN_REVOKED')
  })

  it('has nothing to do with API keys: their ids are no jti', async () => {
    const { secret, id } = await makeKey(test, admin.accessToken)
    await revoke({ jti: id })
    expect(await whoIs(test.actor(), secret)).toBe(admin.userId)
  })
})

describe('revocationStats', () => {
  let own: TestApp
  let root: SignedIn
  beforeAll(async () => {
    // The channel of the tests' Redis also carries revocations of other services.
    own = await createTestApp({
      infrastructure: (opened) => ({ ...opened, revocationChannel: new MemoryRevocationChannel() }),
    })
    root = await signUpAs(own, 'ADMIN')
  })
  afterAll(() => own.close())

  const stats = async (bearer = root.accessToken) => {
    const answer = await own.actor().ask(revocationStatsDocument, {}, Actor.bearer(bearer))
    expect(answer.errors).toEqual([])
    return answer.data.revocationStats
  }
  const revokeThere = (token: { readonly token: string } | { readonly jti: string }) => {
    const input = { reason: 'a test', ...token }
    return own.actor().ask(revokeTokenDocument, { input }, Actor.bearer(root.accessToken))
  }

  it('counts what is remembered, each once', async () => {
    const ada = await signUp(own.actor())
    await revokeThere({ token: ada.accessToken })
    await revokeThere({ jti: jtiOf(ada.accessToken) })
    const { oldestExpiresAt, ...counts } = await stats()
    expect(counts).toEqual({ revokedSessions: 0, revokedUsers: 0, revokedTokens: 1 })
    expect(Date.parse(oldestExpiresAt)).toBeGreaterThan(own.clock.now().getTime())
  })

  it('forgets what no token can be alive of', async () => {
    await revokeThere({ jti: randomUUID() })
    expect((await stats()).revokedTokens).toBeGreaterThan(0)
    const { secret } = await makeKey(own, root.accessToken, { permissions: ['system:read'] })
    own.clock.advance(3662)
    await eventually(async () =>
      expect(await stats(secret)).toEqual({
        revokedSessions: 0,
        revokedUsers: 0,
        revokedTokens: 0,
        oldestExpiresAt: null,
      }),
    )
  })
})

describe('verifyToken', () => {
  it('is for POST alone, however it is asked for', async () => {
    const bearer = Actor.bearer(admin.accessToken)
    const variables = JSON.stringify({ input: { token: 'a' } })
    const fields = 'verifyToken(input: $input) { active }'
    const documents = [
      verifyTokenDocument,
      `query ($input: VerifyTokenInput!) { alias: ${fields} }`,
      `query ($input: VerifyTokenInput!) { ... { ...deep } } fragment deep on Query { ${fields} }`,
    ]
    for (const query of documents) {
      const search = new URLSearchParams({ query, variables })
      const response = await send(test, 'GET', `/graphql?${search}`, { headers: bearer })
      expect([response.status, response.headers.get('allow')], query).toEqual([405, 'POST'])
      expect((await response.json()).errors[0].extensions.code).toBe('BAD_USER_INPUT')
    }
    const other = new URLSearchParams({ query: '{ me { id } }' })
    expect((await send(test, 'GET', `/graphql?${other}`, { headers: bearer })).status).toBe(200)
  })
})
