import { afterEach, describe, expect, it } from 'vitest'
import { askLogin, askRefresh, rotate, signIn, signUp, whoIs } from '../support/people.ts'
import { auditOf, countRows } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
afterEach(() => test.close())

async function withEnv(env: Readonly<Record<string, string>>): Promise<TestApp> {
  test = await createTestApp({ env })
  return test
}

/** The ids of the sessions that live, oldest first. */
async function liveSessions(userId: string): Promise<readonly string[]> {
  const rows = await test.database.client.session.findMany({
    where: { userId, revokedAt: null, idleExpiresAt: { gt: test.clock.now() } },
    orderBy: { id: 'asc' },
  })
  return rows.map(({ id }) => id)
}

describe('a login at the session limit', () => {
  it('ends the oldest session on every process, and audits it', async () => {
    await withEnv({ SESSION_LIMIT: '2' })
    const first = await signUp(test.actor())
    const second = await signIn(test.actor(), first.email)
    const third = await signIn(test.actor(), first.email)
    expect(await liveSessions(first.userId)).toEqual([second.sessionId, third.sessionId])
    expect(await whoIs(test.actor(), first.accessToken)).toBe('TOKEN_REVOKED')
    expect(await askRefresh(test.actor(), first.refreshToken)).toMatchObject({
      code: 'INVALID_REFRESH_TOKEN',
    })
    expect(await whoIs(test.actor(), second.accessToken)).toBe(first.userId)
    const { client } = test.database
    expect(await client.session.findUnique({ where: { id: first.sessionId } })).toMatchObject({
      revokedReason: 'SESSION_LIMIT',
      revokedBy: null,
    })
    expect(await client.revocation.findMany({ where: { sessionId: first.sessionId } })).toHaveLength(1)
    const revoked = (await auditOf(test.database, first.userId)).filter(
      ({ type }) => type === 'SESSION_REVOKED',
    )
    expect(revoked).toMatchObject([{ reason: 'SESSION_LIMIT', details: { revokedSessions: 1 } }])
  })

  it('counts no session that has ended or expired', async () => {
    await withEnv({ SESSION_LIMIT: '2', SESSION_LIMIT_POLICY: 'reject' })
    const first = await signUp(test.actor())
    const second = await signIn(test.actor(), first.email)
    await test
      .actor()
      .ask('mutation { logout { __typename } }', {}, { authorization: `Bearer ${second.accessToken}` })
    await signIn(test.actor(), first.email)
    expect(await askLogin(test.actor(), first.email)).toMatchObject({ __typename: 'SessionLimitProblem' })
    test.clock.advance(8 * 86_400)
    await signIn(test.actor(), first.email)
  })

  it('is refused where the policy says so, and changes nothing', async () => {
    await withEnv({ SESSION_LIMIT: '1', SESSION_LIMIT_POLICY: 'reject' })
    const actor = test.actor()
    const ada = await signUp(actor)
    const before = await countRows(test.database)
    expect(await askLogin(test.actor(), ada.email)).toMatchObject({
      __typename: 'SessionLimitProblem',
      code: 'SESSION_LIMIT_REACHED',
      limit: 1,
    })
    expect(await countRows(test.database)).toEqual({ ...before, auditEvents: (before.auditEvents ?? 0) + 1 })
    expect((await auditOf(test.database, ada.userId)).at(-1)).toMatchObject({
      type: 'LOGIN_FAILED',
      reason: 'SESSION_LIMIT_REACHED',
    })
    await rotate(actor, ada.refreshToken)
    expect(await askLogin(test.actor(), ada.email, { password: 'Wr0ng-password!' })).toMatchObject({
      __typename: 'InvalidCredentialsProblem',
    })
  })

  it('is that of the account alone', async () => {
    await withEnv({ SESSION_LIMIT: '1' })
    const ada = await signUp(test.actor())
    const bob = await signUp(test.actor())
    await signIn(test.actor(), bob.email)
    expect(await whoIs(test.actor(), ada.accessToken)).toBe(ada.userId)
  })

  it('leaves one session with SINGLE_SESSION, under any policy', async () => {
    await withEnv({ SINGLE_SESSION: 'true', SESSION_LIMIT_POLICY: 'reject' })
    const ada = await signUp(test.actor())
    const last = await signIn(test.actor(), ada.email)
    expect(await liveSessions(ada.userId)).toEqual([last.sessionId])
    expect(await whoIs(test.actor(), ada.accessToken)).toBe('TOKEN_REVOKED')
  })

  it('ends as many as there are too many, once the limit has become smaller', async () => {
    await withEnv({})
    const ada = await signUp(test.actor())
    for (let index = 0; index < 4; index += 1) await signIn(test.actor(), ada.email)
    const { database, clock } = test
    const smaller = await createTestApp({ env: { SESSION_LIMIT: '2' }, database, clock })
    await signIn(smaller.actor(), ada.email)
    expect(await liveSessions(ada.userId)).toHaveLength(2)
    await smaller.close()
  })
})
