import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agents } from '../support/devices.ts'
import { mailsTo, tokenFor } from '../support/mails.ts'
import {
  deleteAccountDocument,
  registerDocument,
  requestPasswordResetDocument,
  resendVerificationEmailDocument,
  updateProfileDocument,
  verifyEmailDocument,
} from '../support/operations.ts'
import { askAs, askLogin, signUp } from '../support/people.ts'
import { requestCode, signUpWithPhone } from '../support/phones.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
let required: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: { EMAIL_VERIFICATION: 'off' } })
  required = await createTestApp({ env: { EMAIL_VERIFICATION: 'required' } })
})
afterAll(async () => {
  await test.close()
  await required.close()
})

const speaking = (acceptLanguage: string) => ({ 'accept-language': acceptLanguage })
const resetSubjects = {
  en: /^Set a new password for /,
  de: /^Passwort für .* zurücksetzen$/,
  fr: /^Réinitialisez votre mot de passe pour /,
  es: /^Restablezca su contraseña de /,
} as const

async function newestTo(app: TestApp, email: string) {
  const [mail] = await mailsTo(app, email)
  return mail
}

async function requestReset(email: string, acceptLanguage?: string) {
  const headers = acceptLanguage === undefined ? {} : speaking(acceptLanguage)
  await test.actor(headers).ask(requestPasswordResetDocument, { input: { email } })
}

/** The address of an account where addresses must be verified. */
async function verifiedEmail(locale: string): Promise<string> {
  const email = freshEmail()
  await required.actor().ask(registerDocument, { input: { email, password: goodPassword, locale } })
  const token = await tokenFor(required, email, 'verify-email')
  await required.actor().ask(verifyEmailDocument, { input: { token } })
  return email
}

describe('the language of a mail', () => {
  it.each([
    ['de-CH,fr;q=0.9', 'de'],
    ['ja, fr-CA;q=0.5', 'fr'],
    ['es-419', 'es'],
    ['ja', 'en'],
    [undefined, 'en'],
  ] as const)('is that of the request for accounts without a locale: %s', async (header, language) => {
    const { email } = await signUp(test.actor())
    await requestReset(email, header)
    const mail = await newestTo(test, email)
    expect(mail).toMatchObject({ language, subject: expect.stringMatching(resetSubjects[language]) })
    expect(mail?.html).toContain(`<html lang="${language}">`)
  })

  it.each([
    ['de-AT', 'fr', 'de'],
    ['es-MX', 'en', 'es'],
    ['pt-BR', 'de', 'en'],
  ] as const)('is that of the locale %s, not of a request in %s', async (locale, header, language) => {
    const { email } = await signUp(test.actor(), { locale })
    await requestReset(email, header)
    expect(await newestTo(test, email)).toMatchObject({
      language,
      subject: expect.stringMatching(resetSubjects[language]),
    })
  })

  it('is that of the locale at the time of sending', async () => {
    const ada = await signUp(test.actor(), { locale: 'de' })
    await requestReset(ada.email, 'fr')
    await askAs(test, ada, updateProfileDocument, { input: { locale: 'es' } })
    expect(await newestTo(test, ada.email)).toMatchObject({ language: 'es' })
    await requestReset(ada.email, 'fr')
    await askAs(test, ada, updateProfileDocument, { input: { locale: null } })
    expect(await newestTo(test, ada.email)).toMatchObject({ language: 'fr' })
  })

  it('is that of the deleted account, if it had a locale', async () => {
    const input = { currentPassword: goodPassword }
    for (const [locale, language] of [
      ['fr-BE', 'fr'],
      [null, 'de'],
    ] as const) {
      const ada = await signUp(test.actor(speaking('de')), { locale })
      await test
        .actor(speaking('de'))
        .ask(deleteAccountDocument, { input }, { authorization: `Bearer ${ada.accessToken}` })
      expect(await newestTo(test, ada.email)).toMatchObject({ language })
    }
  })

  it('is that of a registration that waits, and of the account whose address is registered again', async () => {
    const register = (email: string, header: string, locale: string | null) =>
      required
        .actor(speaking(header))
        .ask(registerDocument, { input: { email, password: goodPassword, locale } })
    const email = freshEmail()
    await register(email, 'de', 'fr')
    expect(await newestTo(required, email)).toMatchObject({ language: 'fr' })
    await required.actor(speaking('de')).ask(resendVerificationEmailDocument, { input: { email } })
    expect((await mailsTo(required, email)).map(({ language }) => language)).toEqual(['fr', 'fr'])
    const other = freshEmail()
    await register(other, 'de', null)
    expect(await newestTo(required, other)).toMatchObject({ language: 'de' })
    const owner = await verifiedEmail('es-ES')
    await register(owner, 'de', 'fr')
    expect(await newestTo(required, owner)).toMatchObject({
      language: 'es',
      subject: expect.stringMatching(/^Ya tiene una cuenta en /),
    })
  })

  it('applies to the details of a sign-in', async () => {
    const { email } = await signUp(test.actor({ 'user-agent': agents.firefox }), { locale: 'de' })
    await askLogin(test.actor({ 'user-agent': agents.phone, 'accept-language': 'en' }), email)
    const mail = await newestTo(test, email)
    expect(mail?.subject).toMatch(/^Neue Anmeldung in Ihrem Konto bei /)
    expect(mail?.text).toMatch(/Gerät: Chrome unter Android\. Ort: (Netz 192\.0\.2\.0\/24|unbekannt)\./)
    expect(mail?.text).toMatch(/^Guten Tag,\n/)
  })

  it('applies to text messages', async () => {
    const ada = await signUpWithPhone(test)
    await askAs(test, ada, updateProfileDocument, { input: { locale: 'fr' } })
    await requestCode(test, ada)
    const message = await newestTo(test, ada.phoneNumber)
    expect(message?.text).toMatch(/^[0-9]{6} est votre code pour .+\. Il est valable 10 minutes\./)
    // A no-break space is outside of the GSM alphabet and halves the length of a message.
    expect(message?.text).not.toContain('\u00a0')
  })

  it('does not change the rows of a mail to an address without an account', async () => {
    const { email, userId } = await signUp(test.actor(), { locale: 'de' })
    await test.deliverMail()
    const before = await test.database.client.mailMessage.count()
    const tokens = await test.database.client.oneTimeToken.count()
    const unknown = freshEmail()
    await requestReset(unknown, 'fr')
    await requestReset(email, 'fr')
    const rows = await test.database.client.mailMessage.findMany({ where: { state: 'QUEUED' } })
    expect(rows.map((row) => row.userId).sort()).toEqual([userId, null].sort())
    expect(new Set(rows.map(({ sealedParameters }) => sealedParameters?.length)).size).toBe(1)
    expect(await test.database.client.mailMessage.count()).toBe(before + 2)
    expect(await test.database.client.oneTimeToken.count()).toBe(tokens + 2)
    expect(await mailsTo(test, unknown)).toEqual([])
  })
})
