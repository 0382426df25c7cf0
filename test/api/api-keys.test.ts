import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { permissions } from '../../src/domain/access/permissions.ts'
import { Actor } from '../support/actor.ts'
import { askForKey, makeKey } from '../support/api-keys.ts'
import { eventually } from '../support/eventually.ts'
import {
  apiKeysDocument,
  createApiKeyDocument,
  revokeApiKeyDocument,
  revokeUserSessionsDocument,
} from '../support/operations.ts'
import { type SignedIn, signIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { auditOf, changeRole, insertTenant, raiseVersion, setRole } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
let admin: SignedIn
beforeAll(async () => {
  test = await createTestApp()
  admin = await signUpAs(test, 'ADMIN')
})
afterAll(() => test.close())

const userDocument = 'query ($id: ID!) { user(id: $id) { id email } }'
const asBearer = (key: string) => Actor.bearer(key)

/** What `user` says to a key: who it found, or the code and reason of the refusal. */
async function read(key: string, headers: Record<string, string> = asBearer(key)): Promise<unknown> {
  const answer = await test.actor().ask(userDocument, { id: admin.userId }, headers)
  const [error] = answer.errors
  return error === undefined ? answer.data.user.id : (error.extensions.reason ?? error.extensions.code)
}

async function revoke(accessToken: string, apiKeyId: string) {
  const answer = await test.actor().ask(revokeApiKeyDocument, { input: { apiKeyId } }, asBearer(accessToken))
  expect(answer.errors).toEqual([])
  return answer.data.revokeApiKey
}

describe('createApiKey', () => {
  it('shows a key of 256 bits once, and stores its digest and its first characters', async () => {
    const expiresAt = new Date(test.clock.now().getTime() + 86_400_000)
    const created = await askForKey(test, admin.accessToken, {
      name: 'checkout',
      permissions: ['tokens:verify', 'users:read', 'users:read'],
      rateLimit: '1000/1h',
      expiresAt,
    })
    const { secret, apiKey } = created
    expect(secret).toMatch(/^ghk_[A-Za-z0-9_-]{43}$/)
    expect(Buffer.from(secret.slice(4), 'base64url')).toHaveLength(32)
    expect(apiKey).toMatchObject({
      name: 'checkout',
      prefix: secret.slice(0, 12),
      permissions: ['tokens:verify', 'users:read'],
      rateLimit: '1000/1h',
      expiresAt: expiresAt.toISOString(),
      lastUsedAt: null,
      revokedAt: null,
      owner: { id: admin.userId },
    })
    const row = await test.database.client.apiKey.findUniqueOrThrow({ where: { id: apiKey.id } })
    expect(Buffer.from(row.digest)).toEqual(createHash('sha256').update(secret).digest())
    const audit = await auditOf(test.database, admin.userId)
    expect(audit.at(-1)).toMatchObject({
      type: 'API_KEY_CREATED',
      details: { apiKeyId: apiKey.id, name: 'checkout', prefix: apiKey.prefix },
    })
    expect(JSON.stringify([row, audit, test.log])).not.toContain(secret)
  })

  it('names everything that is wrong with the input', async () => {
    const refused = await askForKey(test, admin.accessToken, {
      permissions: ['users:read', 'users:eat', 'toString'],
      expiresAt: test.clock.now(),
    })
    expect(refused).toMatchObject({ __typename: 'AuthInvalidInputProblem' })
    expect(refused.issues.map(({ path, code }: { path: string[]; code: string }) => [path, code])).toEqual([
      [['permissions', '1'], 'UNKNOWN_PERMISSION'],
      [['permissions', '2'], 'UNKNOWN_PERMISSION'],
      [['expiresAt'], 'IN_THE_PAST'],
    ])
    const cases: [Record<string, unknown>, string[], string][] = [
      [{ name: '' }, ['name'], 'REQUIRED'],
      [{ name: ' ' }, ['name'], 'REQUIRED'],
      [{ name: 'x'.repeat(101) }, ['name'], 'TOO_LONG'],
      [{ name: 'a\nb' }, ['name'], 'INVALID_CHARACTERS'],
      ...['', '0/1h', '1000', '1000/1y', '1000/2d', '-1/1h', '1e3/1h', '1000001/1h', '1000/1h '].map(
        (rateLimit): [Record<string, unknown>, string[], string] => [
          { rateLimit },
          ['rateLimit'],
          'INVALID_RATE_LIMIT',
        ],
      ),
      [{ permissions: Array(101).fill('users:read') }, ['permissions'], 'TOO_LONG'],
    ]
    const before = await test.database.client.apiKey.count()
    for (const [input, path, code] of cases) {
      const { issues } = await askForKey(test, admin.accessToken, input)
      expect(issues, JSON.stringify(input)).toMatchObject([{ path, code }])
    }
    expect(await test.database.client.apiKey.count()).toBe(before)
  })

  it('requires the permission and recent reauthentication', async () => {
    const ask = async (accessToken: string) => {
      const input = { name: 'a', permissions: [] }
      const answer = await test.actor().ask(createApiKeyDocument, { input }, asBearer(accessToken))
      return answer.errors[0]?.extensions.code ?? answer.data.createApiKey.__typename
    }
    expect(await ask((await signUp(test.actor())).accessToken)).toBe('FORBIDDEN')
    expect(await ask((await signUpAs(test, 'MODERATOR')).accessToken)).toBe('FORBIDDEN')
    const late = await createTestApp({ database: test.database, env: { REAUTHENTICATION_SECONDS: '60' } })
    const session = await signIn(late.actor(), admin.email)
    late.clock.advance(61)
    const answer = await askForKey(late, session.accessToken)
    expect(answer).toMatchObject({ __typename: 'ReauthenticationRequiredProblem', maxAgeSeconds: 60 })
    await late.close()
  })

  it('creates at most 50 live keys per user, also with parallel calls', async () => {
    const busy = await signUpAs(test, 'ADMIN')
    const row = (index: number) => ({
      id: randomUUID(),
      userId: busy.userId,
      name: `${index}`,
      prefix: 'ghk_',
      digest: randomBytes(32),
      createdAt: test.clock.now(),
    })
    await test.database.client.apiKey.createMany({ data: Array.from({ length: 49 }, (_, i) => row(i)) })
    await test.database.client.apiKey.create({ data: { ...row(99), revokedAt: test.clock.now() } })
    const answers = await Promise.all([1, 2, 3].map(() => askForKey(test, busy.accessToken)))
    const kinds = answers.map(({ __typename }) => __typename).toSorted()
    expect(kinds).toEqual(['AuthInvalidInputProblem', 'AuthInvalidInputProblem', 'CreateApiKeySuccess'])
    const refused = answers.find(({ issues }) => issues !== undefined)
    expect(refused.issues).toMatchObject([{ path: [], code: 'TOO_MANY_API_KEYS' }])
  })
})

describe('an API key', () => {
  it('may do what it was made for, as Bearer token or as x-api-key', async () => {
    const { secret } = await makeKey(test, admin.accessToken, { permissions: ['users:read'] })
    expect(await read(secret)).toBe(admin.userId)
    expect(await read(secret, { authorization: `bearer ${secret}` })).toBe(admin.userId)
    expect(await read(secret, { 'x-api-key': secret })).toBe(admin.userId)
  })

  it('has no other permission of its owner', async () => {
    const { secret } = await makeKey(test, admin.accessToken, { permissions: ['tokens:verify'] })
    expect(await read(secret)).toBe('FORBIDDEN')
  })

  it('does not act on the account of its owner, whatever its permissions', async () => {
    const owner = await signUpAs(test, 'ADMIN')
    const { secret } = await makeKey(test, owner.accessToken, { permissions: ['sessions:revoke'] })
    const other = await signUp(test.actor())
    const end = async (userId: string) => {
      const input = { userId, reason: 'a test' }
      const answer = await test.actor().ask(revokeUserSessionsDocument, { input }, asBearer(secret))
      return answer.errors[0]?.extensions.code ?? answer.data.revokeUserSessions.revokedSessions
    }
    expect(await end(other.userId)).toBe(1)
    expect(await end(owner.userId)).toBe('FORBIDDEN')
    expect(await whoIs(test.actor(), owner.accessToken)).toBe(owner.userId)
  })

  it('is refused together with another credential, and the other credential has no effect', async () => {
    const { secret } = await makeKey(test, admin.accessToken, { permissions: ['users:read'] })
    const both = { 'x-api-key': secret, authorization: `Bearer ${admin.accessToken}` }
    expect(await read(secret, both)).toBe('TOKEN_INVALID')
    expect(await read(secret, { 'x-api-key': secret, authorization: `Bearer ${secret}` })).toBe(
      'TOKEN_INVALID',
    )
    expect(await read(secret, { 'x-api-key': admin.accessToken })).toBe('TOKEN_INVALID')
    const browser = test.actor()
    await signUp(browser, { tokenTransport: 'COOKIE' })
    const answer = await browser.ask('{ me { id } }', {}, { 'x-api-key': secret })
    expect(answer.data.me.id).toBe(admin.userId)
  })

  it('is one of ours or none: rubbish costs no statement, an unknown one a single one', async () => {
    const asked = vi.fn()
    const counted = await createTestApp({
      database: test.database,
      infrastructure: (opened) => {
        const { apiKeys } = opened.stores
        const findByDigest = async (digest: Uint8Array<ArrayBuffer>) => {
          asked()
          return apiKeys.findByDigest(digest)
        }
        const counting = new Proxy(apiKeys, {
          get: (target, name) =>
            name === 'findByDigest' ? findByDigest : Reflect.get(target, name).bind(target),
        })
        return { ...opened, stores: { ...opened.stores, apiKeys: counting } }
      },
    })
    const ask = async (key: string) => {
      const answer = await counted.actor().ask('{ me { id } }', {}, { 'x-api-key': key })
      return answer.errors[0]?.extensions.reason
    }
    const body = randomBytes(32).toString('base64url')
    for (const key of [
      '',
      'ghk_',
      `ghk_${body}A`,
      `ghk_${body.slice(1)}`,
      `ghr_${body}`,
      `ghk_${'B'.repeat(43)}`,
    ])
      expect(await ask(key), key).toBe('TOKEN_INVALID')
    expect(asked).not.toHaveBeenCalled()
    expect(await ask(`ghk_${body}`)).toBe('TOKEN_INVALID')
    expect(await ask(`ghk_${body}`)).toBe('TOKEN_INVALID')
    expect(asked).toHaveBeenCalledTimes(1)
    const { secret } = await makeKey(test, admin.accessToken)
    for (let count = 0; count < 3; count += 1) expect(await ask(secret)).toBeUndefined()
    expect(asked).toHaveBeenCalledTimes(2)
    counted.clock.advance(301)
    await eventually(async () => expect(await ask(secret)).toBeUndefined())
    expect(asked.mock.calls.length).toBeGreaterThan(2)
    await counted.close()
  })

  it('shows what is personal about its owner only where it may read users', async () => {
    const personal = '{ me { id displayName email sessions { totalCount } } }'
    const { secret } = await makeKey(test, admin.accessToken, { permissions: [] })
    const me = await test.actor().ask(personal, {}, asBearer(secret))
    expect(me.errors).toEqual([])
    expect(me.data.me).toMatchObject({ id: admin.userId, email: null, sessions: null })
    expect(me.data.me.displayName).not.toBeNull()
  })

  it('acts as its owner for `me`, and has no access to sessions, credentials and keys', async () => {
    const { secret, id } = await makeKey(test, admin.accessToken, { permissions: [...permissions] })
    const me = await test.actor().ask('{ me { id email } }', {}, asBearer(secret))
    expect(me.data.me).toEqual({ id: admin.userId, email: admin.email })
    const refused = [
      '{ sessions { totalCount } }',
      '{ currentSession { id } }',
      '{ securityEvents { nodes { id } } }',
      'mutation { createApiKey(input: { name: "a", permissions: [] }) { __typename } }',
      `mutation { revokeApiKey(input: { apiKeyId: "${id}" }) { __typename } }`,
      `mutation { revokeSession(input: { sessionId: "${admin.sessionId}" }) { __typename } }`,
      'mutation { revokeOtherSessions { __typename } }',
      'mutation { reauthenticate(input: { password: "x" }) { __typename } }',
      'mutation { changePassword(input: { currentPassword: "x", newPassword: "y" }) { __typename } }',
      'mutation { updateProfile(input: { firstName: "x" }) { __typename } }',
      'mutation { deleteAccount(input: { currentPassword: "x" }) { __typename } }',
      'mutation { rotateSigningKeys { __typename } }',
    ]
    for (const document of refused) {
      const answer = await test.actor().ask(document, {}, asBearer(secret))
      expect(
        answer.errors.map(({ extensions }) => extensions.code),
        document,
      ).toEqual(['FORBIDDEN'])
    }
  })

  it('ends when it expires', async () => {
    const expiring = await createTestApp({ database: test.database })
    const { accessToken } = await signIn(expiring.actor(), admin.email)
    const expiresAt = new Date(expiring.clock.now().getTime() + 2000)
    const { secret } = await makeKey(expiring, accessToken, { permissions: ['users:read'], expiresAt })
    const ask = async () => {
      const answer = await expiring.actor().ask(userDocument, { id: admin.userId }, asBearer(secret))
      return answer.errors[0]?.extensions.reason ?? answer.data.user.id
    }
    expect(await ask()).toBe(admin.userId)
    expiring.clock.advance(2)
    expect(await ask()).toBe('TOKEN_REVOKED')
    await expiring.close()
  })

  it('has the rights that its owner has now', async () => {
    const owner = await signUpAs(test, 'ADMIN')
    const { secret } = await makeKey(test, owner.accessToken, { permissions: ['users:read', 'system:read'] })
    const keys = async () => {
      const answer = await test.actor().ask('{ signingKeys { kid } }', {}, asBearer(secret))
      return answer.errors[0]?.extensions.reason ?? answer.errors[0]?.extensions.code ?? 'answered'
    }
    expect([await read(secret), await keys()]).toEqual([admin.userId, 'answered'])
    await changeRole(test, owner.userId, 'MODERATOR')
    await eventually(async () => expect(await keys()).toBe('FORBIDDEN'), { everyMs: 50 })
    expect(await read(secret)).toBe(admin.userId)
    await changeRole(test, owner.userId, 'USER')
    await eventually(async () => expect(await read(secret)).toBe('FORBIDDEN'), { everyMs: 50 })
    await changeRole(test, owner.userId, 'ADMIN')
    await eventually(async () => expect(await keys()).toBe('answered'), { everyMs: 50 })
  })

  it.each([
    ['deactivated', { active: false }],
    ['locked', { lockedAt: new Date() }],
  ])('has none while its owner is %s', async (_what, data) => {
    const owner = await signUpAs(test, 'ADMIN')
    const { secret } = await makeKey(test, owner.accessToken, { permissions: ['users:read'] })
    expect(await read(secret)).toBe(admin.userId)
    await raiseVersion(test.database, owner.userId, data)
    await eventually(async () => expect(await read(secret)).toBe('TOKEN_REVOKED'), { everyMs: 50 })
    await raiseVersion(test.database, owner.userId, { active: true, lockedAt: null })
    test.clock.advance(10)
    await eventually(async () => expect(await read(secret)).toBe(admin.userId))
  })

  it('ends with the account of its owner', async () => {
    const owner = await signUpAs(test, 'ADMIN')
    const { secret } = await makeKey(test, owner.accessToken, { permissions: ['users:read'] })
    expect(await read(secret)).toBe(admin.userId)
    await test.database.client.user.delete({ where: { id: owner.userId } })
    test.clock.advance(300)
    await eventually(async () => expect(await read(secret)).toBe('TOKEN_INVALID'))
  })

  it('records when it was last used, to the minute', async () => {
    const { secret, id } = await makeKey(test, admin.accessToken, { permissions: ['users:read'] })
    const usedAt = test.clock.now()
    const row = () => test.database.client.apiKey.findUniqueOrThrow({ where: { id } })
    await Promise.all(Array.from({ length: 20 }, () => read(secret)))
    await eventually(async () => expect((await row()).lastUsedAt).toEqual(usedAt))
    test.clock.advance(30)
    await read(secret)
    test.clock.advance(31)
    await read(secret)
    const later = test.clock.now()
    await eventually(async () => expect((await row()).lastUsedAt).toEqual(later))
  })
})

describe('revokeApiKey', () => {
  it('ends a key at once and for good', async () => {
    const { secret, id } = await makeKey(test, admin.accessToken, { permissions: ['users:read'] })
    expect(await read(secret)).toBe(admin.userId)
    expect(await revoke(admin.accessToken, id)).toMatchObject({
      __typename: 'RevokeApiKeySuccess',
      apiKey: { id, revokedAt: test.clock.now().toISOString() },
    })
    expect(await read(secret)).toBe('TOKEN_REVOKED')
    test.clock.advance(4000)
    const fresh = await createTestApp({ database: test.database, clock: test.clock })
    const answer = await fresh.actor().ask('{ me { id } }', {}, asBearer(secret))
    expect(answer.errors[0]?.extensions.reason).toBe('TOKEN_REVOKED')
    await fresh.close()
    admin = await signIn(test.actor(), admin.email)
    expect(
      (await auditOf(test.database, admin.userId)).findLast(({ type }) => type === 'API_KEY_REVOKED'),
    ).toMatchObject({
      actorId: admin.userId,
      details: { apiKeyId: id },
    })
  })

  it('is learned by every other process, also by polling alone', async () => {
    const other = await createTestApp({ database: test.database, clock: test.clock })
    const { secret, id } = await makeKey(test, admin.accessToken, { permissions: ['users:read'] })
    const ask = async () => {
      const answer = await other.actor().ask('{ me { id } }', {}, asBearer(secret))
      return answer.errors[0]?.extensions.reason ?? 'accepted'
    }
    expect(await ask()).toBe('accepted')
    await revoke(admin.accessToken, id)
    await eventually(async () => expect(await ask()).toBe('TOKEN_REVOKED'))
    await other.close()
  })

  it("ends a colleague's key, whose owner and whose administrator the audit log names", async () => {
    const colleague = await signUpAs(test, 'ADMIN')
    const { secret, id } = await makeKey(test, colleague.accessToken, { permissions: ['users:read'] })
    expect(await revoke(admin.accessToken, id)).toMatchObject({ __typename: 'RevokeApiKeySuccess' })
    expect(await read(secret)).toBe('TOKEN_REVOKED')
    expect((await auditOf(test.database, colleague.userId)).at(-1)).toMatchObject({
      type: 'API_KEY_REVOKED',
      userId: colleague.userId,
      actorId: admin.userId,
    })
  })

  it('returns the same NOT_FOUND for unknown, malformed, revoked and foreign keys', async () => {
    const { id } = await makeKey(test, admin.accessToken)
    await revoke(admin.accessToken, id)
    const tenant = await insertTenant(test.database)
    const stranger = await signUp(test.actor(), { tenant })
    await setRole(test.database, stranger.userId, 'ADMIN')
    const foreign = await signIn(test.actor(), stranger.email, { tenant })
    const theirs = await makeKey(test, foreign.accessToken)
    for (const apiKeyId of [id, randomUUID(), 'rubbish', '', '\u0000', theirs.id])
      expect(await revoke(admin.accessToken, apiKeyId)).toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('apiKeys', () => {
  it("pages through one's own keys, newest first, ended ones too", async () => {
    const owner = await signUpAs(test, 'ADMIN')
    const made = []
    for (const name of ['a', 'b', 'c']) made.unshift(await makeKey(test, owner.accessToken, { name }))
    await revoke(owner.accessToken, made[1]?.id ?? '')
    const ask = async (page: Record<string, unknown>) => {
      const answer = await test.actor().ask(apiKeysDocument, page, asBearer(owner.accessToken))
      expect(answer.errors).toEqual([])
      return answer.data.apiKeys
    }
    const first = await ask({ first: 2 })
    expect(first.nodes.map(({ name }: { name: string }) => name)).toEqual(['c', 'b'])
    expect(first.nodes[1].revokedAt).not.toBeNull()
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false })
    const rest = await ask({ first: 2, after: first.pageInfo.endCursor })
    expect(rest.nodes).toMatchObject([{ name: 'a', owner: { id: owner.userId, email: owner.email } }])
    expect(rest.pageInfo).toMatchObject({ hasNextPage: false })
    const last = await ask({ last: 1 })
    expect(last.nodes).toMatchObject([{ name: 'a' }])
  })

  it('also accepts a key of the same owner, and requires the permission', async () => {
    const owner = await signUpAs(test, 'ADMIN')
    const { secret, id } = await makeKey(test, owner.accessToken, { permissions: ['api-keys:write'] })
    const mine = await test.actor().ask(apiKeysDocument, {}, asBearer(secret))
    expect(mine.data.apiKeys.nodes).toMatchObject([{ id }])
    const { accessToken } = await signUpAs(test, 'MODERATOR')
    const answer = await test.actor().ask(apiKeysDocument, {}, asBearer(accessToken))
    expect(answer.errors[0]?.extensions.code).toBe('FORBIDDEN')
  })
})
