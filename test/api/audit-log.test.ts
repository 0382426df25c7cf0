import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import {
  lockUserDocument,
  revokeOtherSessionsDocument,
  updateProfileDocument,
} from '../support/operations.ts'
import { askAs, askLogin, rotate, signIn, signUp, signUpAs } from '../support/people.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
/** Whether transactions fail after their work. */
let failing = false
beforeAll(async () => {
  test = await createTestApp({
    env: { AUDIT_LOG: 'on' },
    infrastructure: (opened) => ({
      ...opened,
      transaction: (work) =>
        opened.transaction(async (stores) => {
          const result = await work(stores)
          if (failing) throw new Error('the transaction fails')
          return result
        }),
    }),
  })
})
afterAll(() => test.close())

interface AuditLine {
  readonly audit: Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string }
}
const auditLines = () =>
  test.log
    .map((line) => JSON.parse(line))
    .filter((line): line is AuditLine => line.msg === 'audit event')
    .map(({ audit }) => audit)
const storedIds = async () =>
  (await test.database.client.auditEvent.findMany({ select: { id: true } })).map(({ id }) => id)

describe('AUDIT_LOG=on', () => {
  it('logs every stored event once, with its ids', async () => {
    const email = freshEmail()
    const { userId } = await signUp(test.actor(), { email, firstName: 'Traceable' })
    const other = test.actor()
    const session = await signIn(other, email)
    await askLogin(test.actor(), email, { password: 'Wr0ng-horse-battery!' })
    await rotate(other, session.refreshToken)
    await askAs(test, session, updateProfileDocument, { input: { firstName: 'Traceable2' } })
    await askAs(test, session, revokeOtherSessionsDocument, {})
    const admin = await signUpAs(test, 'ADMIN')
    await makeKey(test, admin.accessToken, { name: 'Traceable key' })
    await askAs(test, admin, lockUserDocument, { input: { userId, reason: 'Traceable TRACEABLE reason' } })
    const lines = auditLines()
    expect(lines.map(({ id }) => id).toSorted()).toEqual((await storedIds()).toSorted())
    expect(new Set(lines.map(({ type }) => type)).size).toBeGreaterThan(6)
    const revoked = lines.find(({ type, details }) => type === 'SESSION_REVOKED' && details !== undefined)
    expect(revoked).toMatchObject({ userId, details: { revokedSessions: 1 } })
    const text = JSON.stringify(lines)
    expect(text).not.toMatch(/traceable|@example/i)
  })

  it('logs nothing of a transaction that is rolled back', async () => {
    const viewer = await signUp(test.actor())
    const before = auditLines().length
    failing = true
    const input = { firstName: 'Grace' }
    const answer = await test
      .actor()
      .ask(updateProfileDocument, { input }, Actor.bearer(viewer.accessToken))
      .finally(() => {
        failing = false
      })
    expect(answer.errors).toHaveLength(1)
    expect(auditLines()).toHaveLength(before)
    expect(
      auditLines()
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual((await storedIds()).toSorted())
  })
})

it('is off by default', async () => {
  const silent = await createTestApp({ database: test.database })
  try {
    await signUp(silent.actor(), { password: goodPassword })
    expect(silent.log.join()).not.toContain('audit event')
  } finally {
    await silent.close()
  }
})
