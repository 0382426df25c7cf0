import { expect, it } from 'vitest'
import { freshEmail } from '../support/test-app.ts'
import { AppUser } from './support/app-user.ts'
import { appNames, buildApp } from './support/example-apps.ts'
import {
  browserStage,
  countRequests,
  describeInBrowser,
  holdingRefreshes,
  storedIn,
} from './support/stage.ts'

const telephone =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36'
const newPassword = 'Battery-Staple-77?'

describeInBrowser.each(
  appNames.flatMap((name) => (['HYBRID', 'COOKIE'] as const).map((transport) => [name, transport] as const)),
)('the example app with %s and %s', (name, transport) => {
  const stage = browserStage({ build: (folder, url) => buildApp(name, transport, url, folder) })
  const open = (userAgent?: string) => AppUser.open(stage(), userAgent)

  it('registers, verifies by the link of the mail, and stays signed in over a reload', async () => {
    const email = freshEmail()
    const ada = await open()
    await ada.register(email)
    await ada.sees('Your e-mail address is not verified yet')
    const link = await ada.followMail(email, 'Confirm your e-mail address')
    await link.press('Verify')
    await link.sees('Thank you. Your e-mail address is verified.')
    expect(new URL(link.page.url()).search).toBe('')
    await ada.page.reload()
    await ada.sees('Hello, Ada')
    await ada.sees('verified')
    expect(await ada.page.getByText('not verified yet').count()).toBe(0)
  })

  it('does not lose the token of a link that is reloaded before its button is pressed', async () => {
    const email = freshEmail()
    const ada = await open()
    await ada.register(email)
    const link = await ada.followMail(email, 'Confirm your e-mail address')
    await link.page.reload()
    await link.press('Verify')
    await link.sees('Thank you. Your e-mail address is verified.')
    expect(new URL(link.page.url()).search).toBe('')
  })

  it('keeps no token where a script of a stranger could find one', async () => {
    const ada = await open()
    await ada.register(freshEmail())
    await ada.page.reload()
    await ada.sees('Hello, Ada')
    const cookies = await ada.browser.cookies()
    const secrets = cookies.map(({ value }) => value)
    expect(secrets.length).toBeGreaterThan(0)
    const stored = await storedIn(ada.page)
    for (const secret of [...secrets, 'eyJ', 'ghr_']) expect(stored).not.toContain(secret)
    for (const cookie of cookies)
      expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict' })
  })

  it('keeps a changed profile', async () => {
    const ada = await open()
    await ada.register(freshEmail())
    await ada.fill({ 'First name': 'Augusta', 'Last name': 'King' })
    await ada.press('Save')
    await ada.sees('Saved.')
    await ada.page.reload()
    await ada.sees('Hello, Augusta')
  })

  it('shows the devices, and signs one of them out, and all others', async () => {
    const email = freshEmail()
    const ada = await open()
    await ada.register(email)
    const others = [await open(telephone), await open(telephone)] as const
    for (const other of others) {
      await other.signIn(email)
      await other.sees('Hello, Ada')
    }
    await ada.follow('My devices')
    await ada.seesRows(3)
    await ada.sees('Chrome on Android')
    await ada.page.locator('.rows').getByRole('button', { name: 'Sign out' }).first().click()
    await ada.seesRows(2)
    await ada.press('Sign out everywhere else…')
    await ada.sees('This signs out all your devices but this one.')
    await ada.press('Sign out everywhere else')
    await ada.seesRows(1)
    for (const other of others) await other.sees('Your session has ended. Please sign in again.')
    await ada.page.reload()
    await ada.seesRows(1)
  })

  it('sets a forgotten password, which ends the sessions before it', async () => {
    const email = freshEmail()
    const [ada, forgetful] = [await open(), await open(telephone)]
    await ada.register(email)
    await forgetful.follow('Forgot your password?')
    await forgetful.fill({ 'E-mail': email })
    await forgetful.press('Send me a link')
    await forgetful.sees('Check your e-mail')
    const link = await forgetful.followMail(email, 'Set a new password')
    await link.fill({ 'New password': newPassword })
    await link.press('Set password')
    await link.sees('Your new password is set.')
    await ada.sees('Your session has ended. Please sign in again.')
    await ada.signIn(email)
    await ada.page.getByRole('alert').waitFor()
    await ada.signIn(email, newPassword)
    await ada.sees('Hello, Ada')
    await ada.follow('Security history')
    await ada.sees('Password reset requested')
    await ada.sees('Login failed')
  })

  it('signs out in every tab', async () => {
    const ada = await open()
    await ada.register(freshEmail())
    const second = await ada.tab()
    await second.sees('Hello, Ada')
    await ada.press('Sign out')
    await second.sees('You have signed out.')
    await second.page.reload()
    await second.sees('E-mail or username')
  })

  it('goes out by its own report of another session', async () => {
    const email = freshEmail()
    const [ada, thief] = [await open(), await open(telephone)]
    await ada.register(email)
    await thief.signIn(email)
    await thief.sees('Hello, Ada')
    await ada.follow('My devices')
    await ada.press('This was not me…')
    await ada.press('This was not me')
    await ada.sees('Your session has ended. Please sign in again.')
    await thief.sees('Your session has ended. Please sign in again.')
  })

  it('refreshes once for two tabs whose token has expired, and both go on', async () => {
    const ada = await open()
    await ada.register(freshEmail())
    const second = await ada.tab()
    await second.sees('Hello, Ada')
    const refreshes = countRequests(ada.browser, 'refresh')
    await holdingRefreshes(ada.browser, async () => {
      stage().test.clock.advance(16 * 60)
      await Promise.all([ada.follow('My devices'), second.follow('Security history')])
      await ada.seesRows(1)
      await second.sees('User registered')
    })
    expect(refreshes.count).toBe(1)
  })

  it('says that the network is gone, and goes on when it is back', async () => {
    const ada = await open()
    await ada.register(freshEmail())
    await ada.browser.setOffline(true)
    await ada.follow('My devices')
    await ada.sees('The service cannot be reached right now.')
    await ada.browser.setOffline(false)
    await ada.follow('Profile')
    await ada.sees('Hello, Ada')
    await ada.follow('Security history')
    await ada.sees('User registered')
  })

  it('does not sign out when the service cannot be asked after a reload', async () => {
    const ada = await open()
    await ada.register(freshEmail())
    await ada.browser.route(`${stage().serviceUrl}/**`, (route) =>
      route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' }),
    )
    await ada.page.reload()
    await ada.sees('The service is not reachable')
    await ada.browser.unrouteAll()
    await ada.press('Try again')
    await ada.sees('Hello, Ada')
  })
})
