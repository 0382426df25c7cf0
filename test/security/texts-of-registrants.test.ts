import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guess } from '../support/guesses.ts'
import { mailsTo, tokenFor } from '../support/mails.ts'
import {
  changePasswordDocument,
  clientOperation,
  confirmEmailChangeDocument,
  createApiKeyDocument,
  deleteAccountDocument,
  registerDocument,
  requestEmailChangeDocument,
  requestPasswordResetDocument,
  resendVerificationEmailDocument,
  updateProfileDocument,
  verifyEmailDocument,
} from '../support/operations.ts'
import { askAs, askLogin, signIn, signUp, signUpAs } from '../support/people.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

const renameSessionDocument = clientOperation('RenameSession')

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const texts = ['Call +1 900 555 0100 to claim 5000 USD,', 'evil[.]com', 'Visit example . com now']

/** Everything that the mails to an address show. */
async function shownTo(email: string): Promise<string> {
  return (await mailsTo(test, email))
    .map(({ subject, text, html }) => `${subject}\n${text}\n${html}`)
    .join('\n')
}

describe('mails to an address that is not verified', () => {
  it.each(texts)('contain nothing that the registrant wrote: %s', async (written) => {
    const userAgent = { 'user-agent': `${written.replace(/[^\x20-\x7e]/g, '')} Firefox/120.0` }
    const device = { name: written }
    const names = { firstName: written, lastName: written, device }
    const victim = freshEmail('victim')
    const stranger = await signUp(test.actor(userAgent), { email: victim, ...names })
    await test.actor().ask(resendVerificationEmailDocument, { input: { email: victim } })
    await test.actor().ask(requestPasswordResetDocument, { input: { email: victim } })
    await signIn(test.actor({ ...userAgent, 'accept-language': 'fr' }), victim, { device })
    await guess(test.actor(), victim, 5)
    await askAs(test, stranger, changePasswordDocument, {
      input: { currentPassword: goodPassword, newPassword: 'An0ther-horse-battery!' },
    })
    const other = freshEmail('other-victim')
    const again = await signUp(test.actor(), { email: other, ...names })
    const evil = freshEmail('call-1-900-555-0100')
    await askAs(test, again, requestEmailChangeDocument, {
      input: { newEmail: evil, currentPassword: goodPassword },
    })
    const input = { token: await tokenFor(test, evil, 'confirm-email') }
    await askAs(test, again, confirmEmailChangeDocument, { input })
    const third = await signUp(test.actor(), { email: freshEmail('third-victim'), ...names })
    await askAs(test, third, deleteAccountDocument, { input: { currentPassword: goodPassword } })

    let shown = ''
    for (const email of [victim, other, third.email, evil]) shown += await shownTo(email)
    expect(shown).toContain('temporarily locked')
    expect(shown).toContain('/undo-email-change')
    expect(shown).toContain('was deleted')
    expect(shown).not.toContain(written)
    expect(shown).not.toContain(written.slice(0, 20))
    expect((await shownTo(other)).replaceAll(other, '')).not.toContain('900-555')
  })

  it('contain nothing of a pending registration either', async () => {
    const required = await createTestApp({ env: { EMAIL_VERIFICATION: 'required' }, database: test.database })
    try {
      const email = freshEmail()
      const input = { email, password: goodPassword, firstName: 'Call 0900', lastName: 'Call 0900' }
      await required.actor().ask(registerDocument, { input })
      const mails = await mailsTo(required, email)
      expect(mails).toHaveLength(1)
      expect(JSON.stringify(mails)).not.toContain('Call 0900')
    } finally {
      await required.close()
    }
  })

  it('greet by name once the address is verified, except at an address that is not', async () => {
    const owner = await signUp(test.actor(), { firstName: 'Ada' })
    const token = await tokenFor(test, owner.email, 'verify-email')
    await test.actor().ask(verifyEmailDocument, { input: { token } })
    await test.actor().ask(requestPasswordResetDocument, { input: { email: owner.email } })
    expect(await shownTo(owner.email)).toContain('Hello Ada,')
    const stranger = freshEmail()
    await askAs(test, owner, requestEmailChangeDocument, {
      input: { newEmail: stranger, currentPassword: goodPassword },
    })
    expect(await shownTo(stranger)).not.toContain('Ada')
  })
})

describe('names', () => {
  /** ALM, LRM, RLM, LRE … RLO, LRI … PDI. */
  const controls = ['\u061c', '\u200e', '\u200f', '\u202a', '\u202e', '\u2066', '\u2069']

  it.each(controls)('contain no bidirectional control character', async (control) => {
    const name = `Ada${control}moc.live`
    const refused = { __typename: 'AuthInvalidInputProblem', issues: [{ code: 'INVALID_CHARACTERS' }] }
    for (const input of [{ firstName: name }, { lastName: name }, { device: { name } }]) {
      const answer = await test
        .actor()
        .ask(registerDocument, { input: { email: freshEmail(), password: goodPassword, ...input } })
      expect(answer.data.register).toMatchObject(refused)
    }
    const owner = await signUpAs(test, 'ADMIN')
    const sessionName = { input: { sessionId: owner.sessionId, name } }
    expect(await askAs(test, owner, renameSessionDocument, sessionName)).toMatchObject(refused)
    expect(await askAs(test, owner, updateProfileDocument, { input: { firstName: name } })).toMatchObject(
      refused,
    )
    const key = { input: { name, permissions: [] } }
    expect(await askAs(test, owner, createApiKeyDocument, key)).toMatchObject(refused)
    expect(await askLogin(test.actor(), owner.email, { device: { name } })).toMatchObject(refused)
  })
})
