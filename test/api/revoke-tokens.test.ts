import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { Forger } from '../support/forger.ts'
import { clientOperation, deleteAccountDocument, revokeTokenDocument } from '../support/operations.ts'
import { askRefresh, type SignedIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { auditOf, countRows, insertTenant } from '../support/rows.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

const document = clientOperation('RevokeTokens')
const query = clientOperation('RevokedToken')

let test: TestApp
let admin: SignedIn
beforeAll(async () => {
  test = await createTestApp()
  admin = await signUpAs(test, 'ADMIN')
})
afterAll(() => test.close())

const people = (count: number) => Promise.all(Array.from({ length: count }, () => signUp(test.actor())))

async function ask(input: Record<string, unknown>, bearer = admin.accessToken) {
  const variables = { input: { reason: 'leaked in a log', ...input } }
  return test.actor().ask(document, variables, Actor.bearer(bearer))
}

async function revoke(input: Record<string, unknown>, bearer = admin.accessToken) {
  const answer = await ask(input, bearer)
  expect(answer.errors).toEqual([])
  return answer.data.revokeTokens
}

async function find(jti: string, bearer = admin.accessToken) {
  const answer = await test.actor().ask(query, { jti }, Actor.bearer(bearer))
  expect(answer.errors).toEqual([])
  return answer.data.revokedToken
}

const jtiOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).jti

describe('revokeTokens', () => {
  it.each(['tokens', 'jtis'])(
    'refuses all access tokens from then on, by their %s, and leaves the sessions',
    async (by) => {
      const owners = await people(3)
      const items = owners.map(({ accessToken }) => (by === 'tokens' ? accessToken : jtiOf(accessToken)))
      const result = await revoke({ [by]: [...items, items[0]] })
      expect(result).toEqual({ __typename: 'RevokeTokensSuccess', revoked: 3 })
      for (const { accessToken, refreshToken, userId } of owners) {
        expect(await whoIs(test.actor(), accessToken)).toBe('TOKEN_REVOKED')
        const next = await askRefresh(test.actor(), refreshToken)
        expect(await whoIs(test.actor(), next.tokens.accessToken)).toBe(userId)
        const events = await auditOf(test.database, by === 'tokens' ? userId : null)
        const jti = jtiOf(accessToken)
        expect(events.filter(({ details }) => JSON.stringify(details).includes(jti))).toMatchObject([
          { type: 'TOKEN_REVOKED', actorId: admin.userId, reason: 'leaked in a log', details: { jti } },
        ])
      }
    },
  )

  it('takes 100 at once, in one statement, and no more', async () => {
    const jtis = Array.from({ length: 101 }, () => randomUUID())
    expect(await revoke({ jtis })).toMatchObject({ issues: [{ path: ['jtis'], code: 'INVALID_LENGTH' }] })
    const count = async () => test.database.client.revocation.count({ where: { kind: 'TOKEN' } })
    const before = await count()
    expect(await revoke({ jtis: jtis.slice(1) })).toMatchObject({ revoked: 100 })
    expect(await count()).toBe(before + 100)
  })

  it('revokes nothing if one text is no access token of the tenant, and names its place', async () => {
    const [ada] = await people(1)
    const foreign = await signUp(test.actor(), { tenant: await insertTenant(test.database) })
    const before = await countRows(test.database)
    const tokens = [ada?.accessToken, 'rubbish', ada?.refreshToken, foreign.accessToken]
    expect(await revoke({ tokens })).toMatchObject({
      __typename: 'AuthInvalidInputProblem',
      issues: ['1', '2', '3'].map((index) => ({ path: ['tokens', index], code: 'INVALID_TOKEN' })),
    })
    expect(await countRows(test.database)).toEqual(before)
    expect(await whoIs(test.actor(), ada?.accessToken ?? '')).toBe(ada?.userId)
  })

  it('skips tokens that have expired', async () => {
    const [ada] = await people(1)
    const token = ada?.accessToken ?? ''
    const seconds = Math.floor(test.clock.now().getTime() / 1000)
    const expired = (await Forger.of(test, token)).forge({}, { exp: seconds - 60 })
    const before = await countRows(test.database)
    expect(await revoke({ tokens: [expired] })).toMatchObject({ revoked: 0 })
    expect(await countRows(test.database)).toEqual(before)
  })

  it('names what is wrong with the input', async () => {
    const jti = randomUUID()
    const cases: [Record<string, unknown>, string[], string][] = [
      [{}, [], 'ONE_OF_TWO'],
      [{ tokens: ['a'], jtis: [jti] }, [], 'ONE_OF_TWO'],
      [{ tokens: [] }, ['tokens'], 'INVALID_LENGTH'],
      [{ jtis: [] }, ['jtis'], 'INVALID_LENGTH'],
      [{ jtis: [jti, 'rubbish'] }, ['jtis', '1'], 'INVALID_JTI'],
      [{ jtis: [jti.toUpperCase()] }, ['jtis', '0'], 'INVALID_JTI'],
      [{ jtis: [jti], reason: '' }, ['reason'], 'REQUIRED'],
      [{ jtis: [jti], reason: 'x'.repeat(501) }, ['reason'], 'TOO_LONG'],
    ]
    for (const [input, path, code] of cases)
      expect((await revoke(input)).issues, JSON.stringify(input)).toMatchObject([{ path, code }])
    expect(await find(jti)).toBeNull()
  })

  it('takes jtis from the default tenant alone', async () => {
    const foreign = await signUpAs(test, 'ADMIN', await insertTenant(test.database))
    const before = await countRows(test.database)
    const answer = await ask({ jtis: [randomUUID()] }, foreign.accessToken)
    expect(answer.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    expect(await countRows(test.database)).toEqual(before)
  })
})

describe('revokedToken', () => {
  it('says since when, why, by whom and until when', async () => {
    const [ada] = await people(1)
    const jti = jtiOf(ada?.accessToken ?? '')
    expect(await find(jti)).toBeNull()
    const revokedAt = test.clock.now()
    await revoke({ tokens: [ada?.accessToken] })
    test.clock.advance(1)
    await revoke({ jtis: [jti], reason: 'again' })
    expect(await find(jti)).toEqual({
      jti,
      revokedAt: revokedAt.toISOString(),
      reason: 'leaked in a log',
      actor: { id: admin.userId, username: null, displayName: expect.any(String) },
      expiresAt: new Date(revokedAt.getTime() + 3_661_000).toISOString(),
    })
    for (const id of [ada?.sessionId, 'rubbish', '', jti.toUpperCase()])
      expect(await find(String(id))).toBeNull()
  })

  it('knows what revokeToken and API keys have revoked', async () => {
    const [ada, bob] = await people(2)
    const single = { token: ada?.accessToken, reason: 'one' }
    await test.actor().ask(revokeTokenDocument, { input: single }, Actor.bearer(admin.accessToken))
    const { secret } = await makeKey(test, admin.accessToken, { permissions: ['tokens:revoke'] })
    await revoke({ tokens: [bob?.accessToken] }, secret)
    expect(await find(jtiOf(ada?.accessToken ?? ''))).toMatchObject({ reason: 'one' })
    expect(await find(jtiOf(bob?.accessToken ?? ''), secret)).toMatchObject({ actor: { id: admin.userId } })
  })

  it('shows those of other tenants to the default tenant only', async () => {
    const slug = await insertTenant(test.database)
    const foreign = await signUpAs(test, 'ADMIN', slug)
    const [theirs, ours] = [await signUp(test.actor(), { tenant: slug }), await signUp(test.actor())]
    await revoke({ tokens: [theirs.accessToken] }, foreign.accessToken)
    await revoke({ tokens: [ours.accessToken] })
    const [jtiOfTheirs, jtiOfOurs] = [jtiOf(theirs.accessToken), jtiOf(ours.accessToken)]
    expect(await find(jtiOfTheirs, foreign.accessToken)).toMatchObject({ actor: { id: foreign.userId } })
    expect(await find(jtiOfTheirs)).toMatchObject({ jti: jtiOfTheirs, actor: null })
    expect(await find(jtiOfOurs, foreign.accessToken)).toBeNull()
  })

  it('forgets the reason with the account of the token, and everything once no token can be alive', async () => {
    const [ada] = await people(1)
    const jti = jtiOf(ada?.accessToken ?? '')
    await revoke({ tokens: [ada?.accessToken], reason: 'Ada lost her phone' })
    const next = await askRefresh(test.actor(), ada?.refreshToken ?? '')
    const input = { currentPassword: goodPassword }
    await test.actor().ask(deleteAccountDocument, { input }, Actor.bearer(next.tokens.accessToken))
    expect(await find(jti)).toMatchObject({ jti, reason: null })
    const key = await makeKey(test, admin.accessToken, { permissions: ['tokens:revoke'] })
    test.clock.advance(3662)
    expect(await find(jti, key.secret)).toBeNull()
  })
})
