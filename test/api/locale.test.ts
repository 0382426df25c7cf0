import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenAccessRules } from '../../src/app/token-access.ts'
import { numberedLines } from '../../src/flows/operator/import/import-rows.ts'
import { createImportUsers } from '../../src/flows/operator/import/import-users.ts'
import { openSealer, openStores } from '../../src/infrastructure/operator-stores.ts'
import { tokenFor } from '../support/mails.ts'
import {
  meDocument,
  registerDocument,
  updateProfileDocument,
  verifyEmailDocument,
} from '../support/operations.ts'
import { askAs, signIn, signUp } from '../support/people.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

async function register(locale: unknown) {
  const input = { email: freshEmail(), password: goodPassword, locale }
  return (await test.actor().ask(registerDocument, { input })).data.register
}

describe('register', () => {
  it.each([
    ['DE-at', 'de-AT'],
    ['zh-hant-tw', 'zh-Hant-TW'],
    ['iw', 'he'],
    ['tlh', 'tlh'],
    ['es-419', 'es-419'],
    [null, null],
    [undefined, null],
  ])('stores the locale %s as %s', async (given, stored) => {
    expect(await register(given)).toMatchObject({ user: { locale: stored } })
  })

  it.each([
    '',
    'e',
    'de_AT',
    'de-AT-',
    ' de',
    'de\u0000',
    '<b>',
    'x-private',
    `de-x-${'a1b2c3d4-'.repeat(4)}e`,
  ])('refuses the locale %j', async (locale) => {
    expect(await register(locale)).toMatchObject({
      code: 'INVALID_INPUT',
      issues: [{ path: ['locale'], code: 'INVALID_LOCALE' }],
    })
  })

  it('keeps the locale until the address is verified', async () => {
    const required = await createTestApp({ env: { EMAIL_VERIFICATION: 'required' } })
    try {
      const email = freshEmail()
      const input = { email, password: goodPassword, locale: 'fr-ca' }
      await required.actor().ask(registerDocument, { input })
      const token = await tokenFor(required, email, 'verify-email')
      await required.actor().ask(verifyEmailDocument, { input: { token } })
      const ada = await signIn(required.actor(), email)
      expect(await askAs(required, ada, meDocument, {})).toMatchObject({ locale: 'fr-CA' })
    } finally {
      await required.close()
    }
  })
})

describe('updateProfile', () => {
  it('changes a locale, keeps one that is absent, clears one that is null', async () => {
    const ada = await signUp(test.actor())
    const update = async (input: Readonly<Record<string, unknown>>) =>
      (await askAs(test, ada, updateProfileDocument, { input })).user.locale
    expect(await update({ locale: 'ES-mx' })).toBe('es-MX')
    expect(await update({ firstName: 'Ada' })).toBe('es-MX')
    expect(await update({ locale: null })).toBeNull()
  })

  it('refuses a text that is no language tag', async () => {
    const ada = await signUp(test.actor(), { locale: 'de' })
    const answer = await askAs(test, ada, updateProfileDocument, { input: { locale: 'german language' } })
    expect(answer.issues).toMatchObject([{ path: ['locale'], code: 'INVALID_LOCALE' }])
    expect(await askAs(test, ada, meDocument, {})).toMatchObject({ locale: 'de' })
  })
})

describe('users import and export', () => {
  it('know the locale', async () => {
    const email = freshEmail()
    const read = (locale: string) =>
      async function* lines() {
        yield JSON.stringify({ email, locale })
      }
    const stores = openStores(test.database, null)
    const importUsers = createImportUsers({
      ...stores,
      openSealer: () => openSealer(test.config),
      openTokenAccess: () => tokenAccessRules(test.config),
    })
    const options = { skipInvalid: false, resume: false }
    const refused = await importUsers(() => numberedLines(read('de_AT')()), options)
    expect(refused.bad).toMatchObject([{ line: 1, issues: [{ code: 'INVALID_LOCALE', path: ['locale'] }] }])
    expect(await importUsers(() => numberedLines(read('DE-at')()), options)).toMatchObject({ imported: 1 })
    const { id } = await test.database.client.user.findFirstOrThrow({ where: { email } })
    expect(await stores.personExport.collect(id)).toMatchObject({ locale: 'de-AT' })
  })
})
