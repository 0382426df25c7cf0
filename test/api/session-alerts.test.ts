import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { reportSessionDocument } from '../support/operations.ts'
import { askRefresh, rotate, signUp } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const raised: { kind: string; details: object }[] = []

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({
    infrastructure: (opened) => ({
      ...opened,
      alerts: {
        raise: (kind, details) => void raised.push({ kind, details }),
        flush: () => opened.alerts.flush(),
      },
    }),
  })
})
afterAll(() => test.close())
beforeEach(() => {
  raised.length = 0
})

describe('operators', () => {
  it('hear of a refresh token that was used twice, once for a session', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    await rotate(actor, ada.refreshToken)
    test.clock.advance(11)
    for (let index = 0; index < 3; index += 1) await askRefresh(actor, ada.refreshToken)
    const { sessionId, userId } = ada
    expect(raised).toMatchObject([{ kind: 'REFRESH_TOKEN_REUSED', details: { sessionId, userId } }])
    expect(JSON.stringify(raised)).not.toMatch(/ghr_|@/)
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
      test.actor().ask(reportSessionDocument, { input: { sessionId: id } }, Actor.bearer(accessToken))
    await report('rubbish')
    expect(raised).toEqual([])
    await report(sessionId)
    expect(raised).toMatchObject([{ kind: 'SESSION_REPORTED', details: { sessionId, userId } }])
  })
})
