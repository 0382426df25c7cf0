import { expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { signIn, signUp, signUpAs } from '../support/people.ts'
import { freshEmail, goodPassword } from '../support/test-app.ts'
import { AppUser } from './support/app-user.ts'
import { expectAccessible, watchForbidden } from './support/page-checks.ts'
import { asksFor, browserStage, describeInBrowser, storedIn } from './support/stage.ts'

const newPassword = 'Battery-Staple-77?'

describeInBrowser('the hosted pages for signing in and for the account', () => {
  const stage = browserStage({ build: () => undefined, env: { APP_URL: '' } })
  const open = (page = 'sign-in', options = {}) =>
    AppUser.openAt(stage(), `${stage().serviceUrl}/${page}`, options)
  const register = () => signUp(stage().test.actor())

  it.each(['sign-in', 'sign-up', 'forgot-password'])('%s is accessible, also with messages', async (page) => {
    const ada = await open(page)
    const forbidden = watchForbidden(ada.browser, stage().serviceUrl)
    await ada.page.locator('h1').waitFor()
    await expectAccessible(ada.page)
    await ada.page.locator('button[type=submit]').first().click()
    await ada.sees('Enter a value.')
    const focused = ada.page.locator('input:focus')
    expect(await focused.getAttribute('aria-invalid')).toBe('true')
    const described = await focused.getAttribute('aria-describedby')
    expect(await ada.page.locator(`[id="${described?.split(' ')[0]}"]`).textContent()).toBe('Enter a value.')
    await expectAccessible(ada.page)
    expect(forbidden).toEqual([])
  })

  it('are accessible in every section, and use nothing that the policy forbids', async () => {
    const { email } = await signUpAs(stage().test, 'ADMIN')
    await signIn(stage().test.actor(), email)
    const ada = await open('account')
    const forbidden = watchForbidden(ada.browser, stage().serviceUrl)
    await ada.signIn(email)
    for (const [section, text] of [
      ['Profile', 'Personal details'],
      ['Security', 'Delete account'],
      ['Devices', 'last used'],
      ['Activity', 'Signed in'],
      ['API keys', 'Create an API key'],
    ] as const) {
      await ada.follow(section)
      await ada.page.getByRole('heading', { level: 1, name: section }).waitFor()
      await ada.page.getByText(text).first().waitFor()
      await expectAccessible(ada.page)
    }
    expect(forbidden).toEqual([])
  })

  it.each(['me', 'authFactors'])(
    'offer to try again if %s has failed, instead of waiting forever',
    async (field) => {
      const { email } = await register()
      const ada = await open('account#factors')
      await ada.page.route('**/graphql', async (route) => {
        if (!asksFor(route.request(), field)) return route.continue()
        const errors = [{ message: 'It failed.', path: [field] }]
        await route.fulfill({ json: { data: { [field]: null }, errors } })
      })
      await ada.signIn(email)
      await ada.sees('The service cannot be reached')
      await ada.page.unrouteAll()
      await ada.press('Try again')
      await ada.sees('Authenticator app')
    },
  )

  it('keep no token where a script could find one', async () => {
    const { email } = await register()
    const ada = await open('account')
    await ada.signIn(email)
    await ada.sees('Personal details')
    const secrets = (await ada.browser.cookies()).map(({ value }) => value)
    expect(secrets.length).toBeGreaterThan(0)
    const stored = await storedIn(ada.page)
    for (const secret of [...secrets, 'eyJ', 'ghr_']) expect(stored).not.toContain(secret)
  })

  it('work with the keyboard alone', async () => {
    const ada = await open('sign-up')
    await ada.page.locator('h1').waitFor()
    const { keyboard } = ada.page
    const focused = () =>
      ada.page.evaluate(
        () => document.activeElement?.textContent || document.activeElement?.getAttribute('name'),
      )
    await keyboard.press('Tab')
    expect(await focused()).toContain('Gatehouse')
    await keyboard.press('Tab')
    await keyboard.type(freshEmail())
    await keyboard.press('Tab')
    await keyboard.type(goodPassword)
    await keyboard.press('Enter')
    await ada.page.getByRole('heading', { level: 1, name: 'Profile' }).waitFor()
    await ada.page.locator('h1:focus').waitFor()
    await keyboard.press('Shift+Tab')
    expect(await focused()).toBe('Activity')
    await keyboard.press('Shift+Tab')
    await keyboard.press('Enter')
    await ada.page.getByRole('heading', { level: 1, name: 'Devices' }).waitFor()
    await ada.page.locator('h1:focus').waitFor()
    const outline = await ada.page
      .getByRole('button', { name: 'Sign out', exact: true })
      .evaluate((button) => {
        button.focus()
        return getComputedStyle(button).outlineStyle
      })
    expect(outline).toBe('solid')
    await keyboard.press('Enter')
    await ada.sees('You have signed out.')
  })

  it('show the form to sign in at its own address only, while the user signs out', async () => {
    const { email } = await register()
    const ada = await open('account')
    await ada.signIn(email)
    await ada.sees('Personal details')
    const formsAt = await ada.page.evaluateHandle(() => {
      const paths: string[] = []
      const note = () => {
        if (document.querySelector('input[name=password]')) paths.push(location.pathname)
      }
      new MutationObserver(note).observe(document.body, { childList: true, subtree: true })
      return paths
    })
    await ada.press('Sign out')
    await ada.sees('You have signed out.')
    expect([...new Set(await formsAt.jsonValue())]).toEqual(['/sign-in'])
  })

  it('save the profile, and show which field is refused', async () => {
    const { email } = await register()
    const ada = await open('account')
    await ada.signIn(email)
    await ada.fill({ 'First name (optional)': 'Augusta', 'Phone number (optional)': '12' })
    await ada.press('Save changes')
    await ada.sees('Enter the number with its country code')
    expect(await ada.page.locator('input:focus').getAttribute('name')).toBe('phoneNumber')
    await ada.fill({ 'Phone number (optional)': '+493012345678' })
    await ada.press('Save changes')
    await ada.sees('Your changes are saved.')
    await ada.page.reload()
    expect(await ada.page.getByLabel('First name (optional)').inputValue()).toBe('Augusta')
  })

  it('speak the language that the user chooses, on every device', async () => {
    const { email } = await register()
    const ada = await open('account')
    await ada.signIn(email)
    await ada.page.getByLabel('Language of pages and mails').selectOption('de')
    await ada.press('Save changes')
    await ada.page.getByRole('heading', { level: 1, name: 'Profil' }).waitFor()
    await ada.page.locator('html[lang="de"]').waitFor()
    await eventually(async () => expect(await ada.page.title()).toBe('Ihr Konto – Gatehouse'))
    await expectAccessible(ada.page)
    await ada.follow('Geräte')
    await ada.sees('Chrome unter Linux')
    await ada.follow('Aktivität')
    await ada.sees(/Chrome unter Linux/)
    const other = await open('account')
    await other.signIn(email)
    await other.page.getByRole('heading', { level: 1, name: 'Profil' }).waitFor()
  })

  it('show the profile if the address names a section that the user may not see', async () => {
    const { email } = await register()
    const ada = await open('account#keys')
    await ada.signIn(email)
    await ada.page.getByRole('heading', { level: 1, name: 'Profile' }).waitFor()
  })

  it('fit on a narrow screen, with the name of the section in view', async () => {
    const { email } = await signUpAs(stage().test, 'ADMIN')
    const ada = await open('account#keys', { viewport: { width: 320, height: 640 } })
    await ada.signIn(email)
    await ada.page.getByRole('heading', { level: 1, name: 'API keys' }).waitFor()
    const current = await ada.page.locator('nav [aria-current]').boundingBox()
    expect(current?.x).toBeGreaterThanOrEqual(0)
    expect((current?.x ?? 320) + (current?.width ?? 0)).toBeLessThanOrEqual(320)
    for (const name of ['Profile', 'Security', 'Sign-in methods', 'Devices', 'Activity']) {
      await ada.follow(name)
      await ada.page.getByRole('heading', { level: 1, name }).waitFor()
      expect(await ada.page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
    }
  })

  it('change the password, and sign other devices out', async () => {
    const { email } = await register()
    const [ada, other] = [await open('account'), await open('account')]
    for (const user of [ada, other]) {
      await user.signIn(email)
      await user.sees('Personal details')
    }
    await ada.follow('Security')
    await ada.fill({ 'Current password': 'wrong', 'New password': newPassword })
    await ada.press('Change password')
    await ada.sees('The password is wrong.')
    await ada.fill({ 'Current password': goodPassword })
    await ada.sees('strong')
    await ada.press('Change password')
    await ada.sees('Your password is changed')
    await other.sees('Your session has ended. Sign in again.')
  })

  it('sign out one device, and all others', async () => {
    const { email } = await register()
    for (let n = 0; n < 2; n += 1) await signIn(stage().test.actor(), email)
    const ada = await open('account#sessions')
    await ada.signIn(email)
    await ada.seesRows(4)
    await ada.page.locator('.rows').getByRole('button').first().click()
    await ada.seesRows(3)
    await ada.press('Sign out everywhere else')
    await ada.sees('2 other devices are signed out.')
    await ada.seesRows(1)
  })

  it('create and revoke an API key after a fresh proof of the password', async () => {
    const { email } = await signUpAs(stage().test, 'ADMIN')
    const ada = await open('account#keys')
    await ada.signIn(email)
    await ada.sees('Nothing here yet.')
    await ada.fill({ Name: 'Reports' })
    await ada.press('Create key')
    await ada.sees('Choose at least one permission.')
    await ada.page.getByLabel('users:read').check()
    stage().test.clock.advance(20 * 60)
    await ada.press('Create key')
    await ada.sees('Prove that it is you')
    await ada.fill({ 'Current password': goodPassword })
    await ada.press('Confirm')
    expect(await ada.page.getByLabel('API key', { exact: true }).inputValue()).toMatch(/^ghk_/)
    await ada.press('Done')
    await ada.press('Revoke Reports')
    await ada.sees('Programs with this key lose their access at once.')
    await ada.press('Revoke Reports')
    await ada.page.getByText('revoked', { exact: true }).waitFor()
  })

  it('delete the account', async () => {
    const { email } = await register()
    const ada = await open('account#security')
    await ada.signIn(email)
    await ada.press('Delete account…')
    await ada.page.locator('form', { hasText: 'for ever' }).getByLabel('Current password').fill(goodPassword)
    await ada.press('Delete account for ever')
    await ada.sees('Your account has been deleted.')
  })
})
