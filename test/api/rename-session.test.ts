import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { clientOperation } from '../support/operations.ts'
import { askRefresh, signIn, signUp, tryLogout } from '../support/people.ts'
import { auditOf, countRows, setRole } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const document = clientOperation('RenameSession')

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

async function rename(accessToken: string, sessionId: string, name: string) {
  const input = { sessionId, name }
  const answer = await test.actor().ask(document, { input }, Actor.bearer(accessToken))
  expect(answer.errors).toEqual([])
  return answer.data.renameSession
}

describe('renameSession', () => {
  it('names another session of the viewer, and writes one audit event', async () => {
    const ada = await signUp(test.actor())
    const other = await signIn(test.actor(), ada.email)
    const renamed = await rename(ada.accessToken, other.sessionId, '  Kitchen tablet 🍳 ')
    expect(renamed).toMatchObject({
      __typename: 'RenameSessionSuccess',
      session: { id: other.sessionId, current: false, device: { name: 'Kitchen tablet 🍳' } },
    })
    const events = (await auditOf(test.database, ada.userId)).filter(({ type }) => type === 'SESSION_RENAMED')
    expect(events).toMatchObject([{ sessionId: other.sessionId, userId: ada.userId, actorId: null }])
    expect(JSON.stringify(events)).not.toContain('Kitchen')
  })

  it('changes the name only: the facts of the device and its trust stay', async () => {
    const ada = await signUp(test.actor())
    const find = () => test.database.client.session.findUniqueOrThrow({ where: { id: ada.sessionId } })
    const before = await find()
    await rename(ada.accessToken, ada.sessionId, 'Mine')
    expect(await find()).toEqual({ ...before, deviceName: 'Mine' })
  })

  it('keeps the name when the session is refreshed', async () => {
    const ada = await signUp(test.actor())
    await rename(ada.accessToken, ada.sessionId, 'Mine')
    expect((await askRefresh(test.actor(), ada.refreshToken)).__typename).toBe('RefreshSuccess')
    const row = await test.database.client.session.findUniqueOrThrow({ where: { id: ada.sessionId } })
    expect(row.deviceName).toBe('Mine')
  })

  it('reports NOT_FOUND for sessions of others, unknown, malformed and ended ones, and changes nothing', async () => {
    const ada = await signUp(test.actor())
    const bob = await signUp(test.actor())
    await setRole(test.database, ada.userId, 'ADMIN')
    const admin = await signIn(test.actor(), ada.email)
    const ended = await signIn(test.actor(), ada.email)
    await tryLogout(test.actor(), ended.accessToken)
    const before = await countRows(test.database)
    for (const id of [bob.sessionId, randomUUID(), ended.sessionId, '', 'rubbish', ada.userId])
      expect(await rename(admin.accessToken, id, 'Mine')).toMatchObject({
        __typename: 'AuthNotFoundProblem',
        code: 'NOT_FOUND',
      })
    expect(await countRows(test.database)).toEqual(before)
    const row = await test.database.client.session.findUniqueOrThrow({ where: { id: bob.sessionId } })
    expect(row.deviceName).not.toBe('Mine')
  })

  it.each([
    ['', 'REQUIRED'],
    [' \u3000', 'REQUIRED'],
    ['x'.repeat(101), 'TOO_LONG'],
    ['two\nlines', 'INVALID_CHARACTERS'],
    ['\u0000', 'INVALID_CHARACTERS'],
  ])('refuses the name %j', async (name, code) => {
    const ada = await signUp(test.actor())
    expect(await rename(ada.accessToken, ada.sessionId, name)).toMatchObject({
      __typename: 'AuthInvalidInputProblem',
      issues: [{ path: ['name'], code }],
    })
  })
})
