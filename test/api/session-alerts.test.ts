import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultTenant } from '../support/access-roles.ts'
import { Actor } from '../support/actor.ts'
import { guess, wrong } from '../support/guesses.ts'
import { changePasswordDocument, reportUnrecognizedSessionDocument } from '../support/operations.ts'
import { askLogin, askRefresh, rotate, signUp } from '../support/people.ts'
import { createTestApp, freshEmail, type TestApp } from '../support/test-app.ts'

const raised: { kind: string; details: object }[] = []

/** What was guessed at, of each lock. */
const lockouts: string[] = []

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({
    infrastructure: (opened) => ({
      ...opened,
      alerts: {
        raise: (kind, details) => void raised.push({ kind, details }),
        flush: () => opened.alerts.flush(),
      },
      metrics: {
        ...opened.metrics,
        count: (name, label = '') => void (name === 'lockouts' && lockouts.push(label)),
      },
    }),
  })
})
afterAll(() => test.close())
beforeEach(() => {
  raised.length = 0
  lockouts.length = 0
})

describe('operators', () => {
  it('hear of a refresh token that was used twice, once for a session', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    await rotate(actor, ada.refreshToken)
    test.clock.advance(200)
    for (let index = 0; index < 3; index += 1) await askRefresh(actor, ada.refreshToken)
    const { sessionId, userId } = ada
    expect(raised).toMatchObject([
      { kind: 'REFRESH_TOKEN_REUSED', details: { tenantId: defaultTenant, sessionId, userId } },
    ])
    expect(JSON.stringify(raised)).not.toMatch(/ghr_|@/)
  })

  it('hear of each lock, and count it by what was guessed at', async () => {
    const { email, userId, accessToken } = await signUp(test.actor())
    const { deviceToken } = await askLogin(test.actor(), email)
    await guess(test.actor(), email, 7)
    await guess(test.actor(), email, 7, { deviceToken })
    const input = { currentPassword: wrong.password, newPassword: 'An0ther-horse-battery!' }
    for (let n = 0; n < 7; n += 1)
      await test.actor().ask(changePasswordDocument, { input }, Actor.bearer(accessToken))
    await guess(test.actor(), freshEmail('nobody'), 7)
    const known = { tenantId: defaultTenant, userId, address: '192.0.2.7' }
    expect(raised).toEqual([
      { kind: 'ACCOUNT_LOCKED', details: { subject: 'account', ...known } },
      { kind: 'ACCOUNT_LOCKED', details: { subject: 'device', ...known } },
      { kind: 'ACCOUNT_LOCKED', details: { subject: 'proof', ...known } },
      { kind: 'ACCOUNT_LOCKED', details: { subject: 'identifier', ...known, userId: null } },
    ])
    expect(lockouts).toEqual(['login', 'device', 'proof', 'identifier'])
  })

  it('hear that the database has lost writes', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const newest = await rotate(actor, await rotate(actor, ada.refreshToken))
    await test.database.client.session.update({ where: { id: ada.sessionId }, data: { generation: 0 } })
    expect(await askRefresh(actor, newest)).toMatchObject({ __typename: 'RefreshSuccess' })
    expect(raised).toMatchObject([{ kind: 'DATABASE_LOST_WRITES', details: { sessionId: ada.sessionId } }])
  })

  it('hear of a sign-in that was reported, and of none that could not be', async () => {
    const { sessionId, userId, accessToken } = await signUp(test.actor())
    const report = (id: string) =>
      test
        .actor()
        .ask(reportUnrecognizedSessionDocument, { input: { sessionId: id } }, Actor.bearer(accessToken))
    await report('rubbish')
    expect(raised).toEqual([])
    await report(sessionId)
    expect(raised).toMatchObject([{ kind: 'SESSION_REPORTED', details: { sessionId, userId } }])
  })
})
