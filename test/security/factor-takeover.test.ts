import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resultOf } from '../support/answers.ts'
import { mailsTo, tokenFor } from '../support/mails.ts'
import {
  confirmEmailChangeDocument,
  requestEmailChangeDocument,
  resetPasswordDocument,
  undoEmailChangeDocument,
  undoFactorChangeDocument,
} from '../support/operations.ts'
import { addPasskey, stepUp } from '../support/passkeys.ts'
import { askAs, askLogin, type SignedIn, signUp } from '../support/people.ts'
import { enrolTotp } from '../support/second-steps.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

const newPassword = 'An0ther-horse-battery!'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

/** What a person with a session and the password does first: gives the account their own address. */
async function takeAddress(victim: SignedIn): Promise<string> {
  const evil = freshEmail('evil')
  const input = { newEmail: evil, currentPassword: goodPassword }
  await askAs(test, victim, requestEmailChangeDocument, { input })
  const token = await tokenFor(test, evil, 'confirm-email')
  const changed = await askAs(test, victim, confirmEmailChangeDocument, { input: { token } })
  expect(changed).toMatchObject({ __typename: 'ConfirmEmailChangeSuccess' })
  return evil
}

/** Follows a link of a mail to the owner. */
async function follow(email: string, page: string, document: string) {
  const input = { token: await tokenFor(test, email, page) }
  const answer = await test.actor().ask(document, { input })
  expect(answer.errors).toEqual([])
  return Object.values(answer.data)[0]
}

/** The mail with the link that takes a change of a factor back. Mails of one moment have no order. */
async function mailAboutFactor(email: string) {
  const mails = await mailsTo(test, email)
  const found = mails.find(({ links }) => links.some((link) => link.includes('undo-factor-change')))
  if (found === undefined) throw new Error(`No mail to ${email} takes a change of a factor back.`)
  return found
}

describe('a thief who changes the address and then adds a factor', () => {
  it.each([
    ['an authenticator app', (thief: SignedIn) => enrolTotp(test, thief)],
    ['a passkey', (thief: SignedIn) => addPasskey(test, thief)],
  ])('of %s does not keep the owner out: the old address receives the link as well', async (_, add) => {
    const victim = await signUp(test.actor())
    const { email, userId } = victim
    await takeAddress(victim)
    await add(victim)
    expect(await follow(email, 'undo-email-change', undoEmailChangeDocument)).toMatchObject({
      __typename: 'UndoEmailChangeSuccess',
    })
    expect(await follow(email, 'undo-factor-change', undoFactorChangeDocument)).toMatchObject({
      __typename: 'UndoFactorChangeSuccess',
    })
    const input = { token: await tokenFor(test, email, 'reset-password'), newPassword }
    await test.actor().ask(resetPasswordDocument, { input })
    expect(await askLogin(test.actor(), email, { password: newPassword })).toMatchObject({
      __typename: 'LoginSuccess',
    })
    const { client } = test.database
    expect(await client.passkey.count({ where: { userId, removedAt: null } })).toBe(0)
  })

  it('names no one in that mail: the old address may never have been verified', async () => {
    const victim = await signUp(test.actor(), { firstName: 'Greeted' })
    await takeAddress(victim)
    await enrolTotp(test, victim)
    expect((await mailAboutFactor(victim.email)).text).not.toContain('Greeted')
  })
})

describe('a thief whose address received links about factors', () => {
  it('holds none of use once the owner has restored their address; the owner keeps theirs', async () => {
    const victim = await signUp(test.actor())
    const { email, userId } = victim
    const evil = await takeAddress(victim)
    await addPasskey(test, victim)
    const thiefs = await tokenFor(test, evil, 'undo-factor-change')
    await follow(email, 'undo-email-change', undoEmailChangeDocument)
    const input = { token: await tokenFor(test, email, 'reset-password'), newPassword }
    await test.actor().ask(resetPasswordDocument, { input })
    const tried = await test.actor().ask(undoFactorChangeDocument, { input: { token: thiefs } })
    expect(resultOf(tried)).toMatchObject({ code: 'INVALID_TOKEN' })
    expect(await askLogin(test.actor(), email, { password: newPassword })).toMatchObject({
      __typename: 'LoginSuccess',
    })
    expect(await follow(email, 'undo-factor-change', undoFactorChangeDocument)).toMatchObject({
      __typename: 'UndoFactorChangeSuccess',
    })
    expect(await test.database.client.passkey.count({ where: { userId, removedAt: null } })).toBe(0)
  })

  it('does not void those of the owner by undoing a second change of address', async () => {
    const victim = await signUp(test.actor())
    await addPasskey(test, victim)
    const owners = await tokenFor(test, victim.email, 'undo-factor-change')
    const thief = await stepUp(test, victim)
    const evil = await takeAddress(thief)
    await takeAddress(thief)
    expect(await follow(evil, 'undo-email-change', undoEmailChangeDocument)).toMatchObject({
      __typename: 'UndoEmailChangeSuccess',
    })
    const answer = await test.actor().ask(undoFactorChangeDocument, { input: { token: owners } })
    expect(resultOf(answer)).toMatchObject({ __typename: 'UndoFactorChangeSuccess' })
  })
})

describe('an old address that can no longer take the change of address back', () => {
  it('receives no mail about factors', async () => {
    const victim = await signUp(test.actor())
    const evil = await takeAddress(victim)
    await test.database.client.emailReservation.updateMany({
      where: { userId: victim.userId },
      data: { until: test.clock.now() },
    })
    const before = (await mailsTo(test, victim.email)).length
    await enrolTotp(test, victim)
    expect(await mailsTo(test, victim.email)).toHaveLength(before)
    expect((await mailAboutFactor(evil)).to).toContain(evil)
  })
})
