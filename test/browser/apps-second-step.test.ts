import { expect, it } from 'vitest'
import { nextCode, signUpWithTotp, totpCode } from '../support/second-steps.ts'
import { freshEmail, goodPassword } from '../support/test-app.ts'
import { AppUser } from './support/app-user.ts'
import { appNames, buildApp } from './support/example-apps.ts'
import { expectAccessible } from './support/page-checks.ts'
import { browserStage, describeInBrowser, storedIn } from './support/stage.ts'
import { addVirtualAuthenticator } from './support/virtual-authenticator.ts'

const code = 'Code of your authenticator app'

describeInBrowser('the second step in the example app with apollo and HYBRID', () => {
  const stage = browserStage({ build: (folder, url) => buildApp('apollo', 'HYBRID', url, folder) })

  it('takes a code, and a recovery code instead', async () => {
    const { test } = stage()
    const user = await signUpWithTotp(test, { firstName: 'Ada' })
    const ada = await AppUser.open(stage())
    await ada.signIn(user.email)
    await ada.fill({ [code]: '000000' })
    await ada.press('Continue')
    await ada.page.locator('input[name=code][aria-invalid=true]:focus').waitFor()
    await expectAccessible(ada.page)
    await ada.fill({ [code]: nextCode(test, user) })
    await ada.press('Continue')
    await ada.sees('Hello, Ada')
    await ada.press('Sign out')
    await ada.signIn(user.email)
    await ada.press('Use a recovery code')
    await ada.fill({ 'Recovery code': user.recoveryCodes[0] ?? '' })
    await ada.press('Continue')
    await ada.sees('Hello, Ada')
    await ada.press('Sign out')
    await ada.signIn(user.email)
    await ada.press('Back to sign-in')
    await ada.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  })
})

describeInBrowser.each(appNames)('the example app with %s where a second factor is required', (name) => {
  const env = { MFA: 'required', MFA_ENROL_DAYS: '0' }
  const stage = browserStage({ build: (folder, url) => buildApp(name, 'COOKIE', url, folder), env })

  async function register() {
    const [email, ada] = [freshEmail(), await AppUser.open(stage())]
    await ada.follow('Create an account')
    await ada.fill({ 'First name': 'Ada', 'E-mail': email, Password: goodPassword })
    return { email, ada }
  }

  it('sets up an authenticator app before the first session begins', async () => {
    const { test } = stage()
    const { email, ada } = await register()
    await ada.press('Create account')
    await ada.sees('This account requires a second step.')
    await expectAccessible(ada.page)
    await ada.press('Set up an authenticator app')
    const secret = await ada.page.locator('code.secret').innerText()
    await expectAccessible(ada.page)
    await ada.fill({ [code]: totpCode(test, { secret }) })
    await ada.press('Turn on')
    await ada.sees('Keep these codes in a safe place.')
    await expectAccessible(ada.page)
    const codes = await ada.page.locator('ol code').allInnerTexts()
    expect(codes).toHaveLength(10)
    await ada.press('Continue to your account')
    await ada.sees('Hello, Ada')
    const stored = await storedIn(ada.page)
    for (const shown of [secret, ...codes]) expect(stored).not.toContain(shown)
    await ada.press('Sign out')
    await ada.signIn(email)
    await ada.fill({ [code]: nextCode(test, { secret }) })
    await ada.press('Continue')
    await ada.sees('Hello, Ada')
  })

  it('adds a passkey before the first session begins, and takes it after the password', async () => {
    const { email, ada } = await register()
    await addVirtualAuthenticator(ada.page, true)
    await ada.press('Create account')
    await ada.press('Add a passkey')
    await ada.sees('Keep these codes in a safe place.')
    await ada.press('Continue to your account')
    await ada.sees('Hello, Ada')
    await ada.press('Sign out')
    await ada.signIn(email)
    await ada.press('Use your passkey')
    await ada.sees('Hello, Ada')
  })
})
