import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FactorChange } from '../../src/domain/factors/factor-change.ts'
import { makeKey } from '../support/api-keys.ts'
import { tokenFor } from '../support/mails.ts'
import { linkTokenFor } from '../support/one-time-links.ts'
import { resetPasswordDocument, undoFactorChangeDocument } from '../support/operations.ts'
import { askLogin, signUpAs, whoIs } from '../support/people.ts'
import { auditOf, insertTotp } from '../support/rows.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const threeDays = 3 * 86_400
const invalidToken = { __typename: 'InvalidTokenProblem', code: 'INVALID_TOKEN' }

/** The token of the mail about a change. */
function linkOf(userId: string, factorChange: FactorChange): Promise<string> {
  return linkTokenFor(test, { purpose: 'UNDO_FACTOR_CHANGE', userId, factorChange, lifeSeconds: threeDays })
}

async function undo(token: string) {
  const answer = await test.actor().ask(undoFactorChangeDocument, { input: { token } })
  expect(answer.errors).toEqual([])
  return answer.data.undoFactorChange
}

async function appsOf(userId: string) {
  const rows = await test.database.client.totpSecret.findMany({ where: { userId, removedAt: null } })
  return rows.map(({ id }) => id)
}

/** An account whose authenticator app was replaced by a thief, with the link of the mail about it. */
async function robbed() {
  const owner = await signUpAs(test, 'ADMIN')
  const key = await makeKey(test, owner.accessToken, { permissions: ['users:read'] })
  const own = await insertTotp(test.database, owner.userId, test.clock.now())
  const id = await insertTotp(test.database, owner.userId)
  const token = await linkOf(owner.userId, { change: 'ADDED', factor: 'TOTP', id, replaced: own })
  return { owner, key, own, token }
}

describe('undoFactorChange', () => {
  it('takes the change back, ends all that the thief may hold, and mails a link for a new password', async () => {
    const { owner, key, own, token } = await robbed()
    const { userId, email } = owner
    const { client } = test.database
    const createdAt = test.clock.now()
    await client.recoveryCode.create({ data: { userId, number: 1, hash: 'x', createdAt } })
    const device = {
      id: userId,
      userId,
      digest: new Uint8Array(32),
      createdAt,
      expiresAt: new Date('2999-01-01'),
    }
    await client.rememberedDevice.create({ data: device })
    const { deviceEpoch } = await client.user.findUniqueOrThrow({ where: { id: userId } })
    expect(await undo(token)).toEqual({ __typename: 'UndoFactorChangeSuccess', revokedSessions: 2 })
    expect(await appsOf(userId)).toEqual([own])
    expect(await whoIs(test.actor(), owner.accessToken)).toBe('TOKEN_REVOKED')
    expect(await whoIs(test.actor(), key.secret)).toBe('TOKEN_REVOKED')
    expect(await client.recoveryCode.count({ where: { userId } })).toBe(0)
    expect(await client.rememberedDevice.count({ where: { userId } })).toBe(0)
    expect(await client.user.findUniqueOrThrow({ where: { id: userId } })).toMatchObject({
      deviceEpoch: deviceEpoch + 1,
    })
    expect(await askLogin(test.actor(), email)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    const input = { token: await tokenFor(test, email, 'reset-password'), newPassword: `${goodPassword}2` }
    const reset = await test.actor().ask(resetPasswordDocument, { input })
    expect(reset.data.resetPassword).toMatchObject({ __typename: 'ResetPasswordSuccess' })
    expect(await appsOf(userId)).toEqual([own])
  })

  it('records what was taken back, and alerts the operators', async () => {
    const { owner, token } = await robbed()
    await undo(token)
    const events = await auditOf(test.database, owner.userId)
    expect(events.filter(({ type }) => type === 'FACTOR_CHANGE_UNDONE')).toMatchObject([
      { reason: null, details: { change: 'ADDED', factor: 'TOTP', changed: true } },
    ])
    expect(events.filter(({ reason }) => reason === 'FACTOR_CHANGE_UNDONE').map(({ type }) => type)).toEqual([
      'API_KEY_REVOKED',
      'SESSION_REVOKED',
    ])
    expect(test.log.some((line) => line.includes('FACTOR_CHANGE_UNDONE'))).toBe(true)
  })

  it('accepts a link once, even if it is followed several times at once', async () => {
    const { owner, own, token } = await robbed()
    const answers = await Promise.all(Array.from({ length: 5 }, () => undo(token)))
    expect(answers.filter(({ __typename }) => __typename === 'UndoFactorChangeSuccess')).toHaveLength(1)
    expect(answers.filter(({ code }) => code === 'INVALID_TOKEN')).toHaveLength(4)
    expect(await appsOf(owner.userId)).toEqual([own])
  })

  it('leaves the links of other changes valid', async () => {
    const { owner, own, token } = await robbed()
    const other = await linkOf(owner.userId, { change: 'REMOVED', factor: 'TOTP', id: own })
    await undo(token)
    expect(await undo(other)).toMatchObject({ __typename: 'UndoFactorChangeSuccess' })
  })

  it('refuses a link after 72 hours, of another purpose, and of a deactivated account; nothing changes', async () => {
    const { owner, token } = await robbed()
    const before = await appsOf(owner.userId)
    const { client } = test.database
    await client.user.update({ where: { id: owner.userId }, data: { active: false } })
    expect(await undo(token)).toMatchObject(invalidToken)
    await client.user.update({ where: { id: owner.userId }, data: { active: true } })
    expect(await undo(await tokenFor(test, owner.email, 'verify-email'))).toMatchObject(invalidToken)
    expect(await undo(`gho_${'a'.repeat(43)}`)).toMatchObject(invalidToken)
    test.clock.advance(threeDays)
    expect(await undo(token)).toMatchObject(invalidToken)
    expect(await appsOf(owner.userId)).toEqual(before)
  })
})
