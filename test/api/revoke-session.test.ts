import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { revokeOtherSessionsDocument, revokeSessionDocument } from '../support/operations.ts'
import { askRefresh, signIn, signUp, whoIs } from '../support/people.ts'
import { auditOf, countRows, setRole } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

async function revoke(accessToken: string, sessionId: string) {
  const answer = await test
    .actor()
    .ask(revokeSessionDocument, { input: { sessionId } }, Actor.bearer(accessToken))
  expect(answer.errors).toEqual([])
  return answer.data.revokeSession
}

const notFound = { __typename: 'AuthNotFoundProblem', code: 'NOT_FOUND' }

describe('revokeSession', () => {
  it('ends another session of the viewer, at once and for good', async () => {
    const ada = await signUp(test.actor())
    const lost = await signIn(test.actor(), ada.email)
    expect(await revoke(ada.accessToken, lost.sessionId)).toMatchObject({
      __typename: 'RevokeSessionSuccess',
      session: { id: lost.sessionId, current: false },
    })
    expect(await whoIs(test.actor(), lost.accessToken)).toBe('TOKEN_REVOKED')
    expect((await askRefresh(test.actor(), lost.refreshToken)).code).toBe('INVALID_REFRESH_TOKEN')
    expect(await whoIs(test.actor(), ada.accessToken)).toBe(ada.userId)
    const row = await test.database.client.session.findUniqueOrThrow({ where: { id: lost.sessionId } })
    expect(row).toMatchObject({ revokedBy: ada.userId, revokedReason: 'REVOKED_BY_USER' })
    expect((await auditOf(test.database, ada.userId)).at(-1)).toMatchObject({
      type: 'SESSION_REVOKED',
      sessionId: lost.sessionId,
    })
  })

  it('ends the session that asks', async () => {
    const ada = await signUp(test.actor())
    expect(await revoke(ada.accessToken, ada.sessionId)).toMatchObject({ session: { current: true } })
    expect(await whoIs(test.actor(), ada.accessToken)).toBe('TOKEN_REVOKED')
  })

  it('returns the same NOT_FOUND for foreign, unknown, malformed and ended sessions, and changes nothing', async () => {
    const ada = await signUp(test.actor())
    const bob = await signUp(test.actor())
    const ended = await signIn(test.actor(), ada.email)
    await revoke(ada.accessToken, ended.sessionId)
    const before = await countRows(test.database)
    const ids = [
      bob.sessionId,
      randomUUID(),
      ended.sessionId,
      '',
      'rubbish',
      '\u0000',
      "' OR 1=1 --",
      'x'.repeat(10_000),
      ada.userId,
    ]
    const answers = []
    for (const id of ids) answers.push(await revoke(ada.accessToken, id))
    for (const answer of answers) expect(answer).toMatchObject(notFound)
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(await countRows(test.database)).toEqual(before)
    expect(await whoIs(test.actor(), bob.accessToken)).toBe(bob.userId)
  })

  it('gives administrators no other sessions than their own', async () => {
    const bob = await signUp(test.actor())
    const ada = await signUp(test.actor())
    await setRole(test.database, ada.userId, 'ADMIN')
    const admin = await signIn(test.actor(), ada.email)
    expect(await revoke(admin.accessToken, bob.sessionId)).toMatchObject(notFound)
    expect(await whoIs(test.actor(), bob.accessToken)).toBe(bob.userId)
  })

  it('clears the cookies of the session that asks, and of no other', async () => {
    for (const tokenTransport of ['COOKIE', 'HYBRID']) {
      const actor = test.actor()
      const ada = await signUp(actor, { tokenTransport })
      const lost = await signIn(test.actor(), ada.email)
      const headers =
        tokenTransport === 'COOKIE' ? { 'x-csrf-token': ada.csrfToken } : Actor.bearer(ada.accessToken)
      const ask = (sessionId: string) => actor.ask(revokeSessionDocument, { input: { sessionId } }, headers)
      expect((await ask(lost.sessionId)).headers.getSetCookie()).toEqual([])
      expect(actor.sessionCookies).not.toEqual([])
      expect((await ask(ada.sessionId)).data.revokeSession.session.id).toBe(ada.sessionId)
      expect(actor.sessionCookies, tokenTransport).toEqual([])
    }
  })
})

describe('revokeOtherSessions', () => {
  it('ends every session of the viewer but the one that asks', async () => {
    const ada = await signUp(test.actor())
    const bob = await signUp(test.actor())
    const others = [await signIn(test.actor(), ada.email), await signIn(test.actor(), ada.email)]
    const ask = () => test.actor().ask(revokeOtherSessionsDocument, {}, Actor.bearer(ada.accessToken))
    expect((await ask()).data.revokeOtherSessions).toEqual({
      __typename: 'RevokeOtherSessionsSuccess',
      revokedSessions: 2,
    })
    for (const { accessToken, refreshToken } of others) {
      expect(await whoIs(test.actor(), accessToken)).toBe('TOKEN_REVOKED')
      expect((await askRefresh(test.actor(), refreshToken)).code).toBe('INVALID_REFRESH_TOKEN')
    }
    expect(await whoIs(test.actor(), ada.accessToken)).toBe(ada.userId)
    expect(await whoIs(test.actor(), bob.accessToken)).toBe(bob.userId)
    const last = (await auditOf(test.database, ada.userId)).at(-1)
    expect(last).toMatchObject({ type: 'SESSION_REVOKED', details: { revokedSessions: 2 } })
    const before = await countRows(test.database)
    expect((await ask()).data.revokeOtherSessions.revokedSessions).toBe(0)
    expect(await countRows(test.database)).toEqual(before)
  })
})
