import { expect, it } from 'vitest'
import { guess } from '../support/guesses.ts'
import { mailsTo, tokenIn } from '../support/mails.ts'
import { signIn, signUp } from '../support/people.ts'
import { enrolTotp, nextCode } from '../support/second-steps.ts'
import { freshEmail, goodPassword } from '../support/test-app.ts'
import { AppUser } from './support/app-user.ts'
import { expectAccessible, watchForbidden } from './support/page-checks.ts'
import { browserStage, describeInBrowser } from './support/stage.ts'

const newPassword = 'Battery-Staple-77?'
const phone = {
  'user-agent':
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
}

/** Without APP_URL the links in mails open the pages of the service. */
describeInBrowser('the hosted pages of the links in mails', () => {
  const stage = browserStage({ build: () => undefined, env: { APP_URL: '' } })
  const open = (page = 'sign-in') => AppUser.openAt(stage(), `${stage().serviceUrl}/${page}`)
  const register = () => signUp(stage().test.actor())

  it('verify the address of a newcomer, and keep the token out of the address bar', async () => {
    const email = freshEmail()
    const ada = await open('sign-up')
    const forbidden = watchForbidden(ada.browser, stage().serviceUrl)
    await ada.fill({ 'E-mail address': email, Password: goodPassword })
    await ada.press('Create account')
    await ada.sees('Open the link in the e-mail that we sent you')
    const link = await ada.followMail(email, 'Confirm your e-mail address')
    expect(await link.page.title()).toBe('Verify your e-mail address – Gatehouse')
    expect(new URL(link.page.url()).href).toBe(`${stage().serviceUrl}/verify-email`)
    await expectAccessible(link.page)
    await link.page.reload()
    await link.press('Verify address')
    await link.sees('Thank you. Your e-mail address is verified.')
    await link.follow('Go to your account')
    await link.page.getByText('verified', { exact: true }).waitFor()
    expect(forbidden.filter((text) => !text.includes('/dev/mailbox'))).toEqual([])
  })

  it('remove an account that someone else registered', async () => {
    const { email } = await register()
    const link = await (await open()).followMail(email, 'Confirm your e-mail address', 1)
    await expectAccessible(link.page)
    await link.press('Remove the account')
    await link.sees('The account has been removed.')
  })

  it('set a forgotten password', async () => {
    const { email } = await register()
    const ada = await open()
    await ada.follow('Forgot your password?')
    await ada.fill({ 'E-mail address': email })
    await ada.press('Send link')
    await ada.sees(`If ${email} has an account`)
    const link = await ada.followMail(email, 'Set a new password')
    await link.fill({ 'New password': 'short' })
    await link.press('Set password')
    await link.page.locator('.field-error', { hasText: 'Choose a stronger password.' }).waitFor()
    await expectAccessible(link.page)
    await link.fill({ 'New password': newPassword })
    await link.press('Set password')
    await link.sees('Your new password is set.')
    await link.follow('Back to sign-in')
    await link.signIn(email, newPassword)
    await link.sees('Personal details')
  })

  it('change the address after a sign-in, and take the change back', async () => {
    const [{ email }, newEmail] = [await register(), freshEmail('augusta')]
    const ada = await open('account')
    await ada.signIn(email)
    await ada.fill({ 'New e-mail address': newEmail, 'Current password': goodPassword })
    await ada.press('Change address')
    await ada.sees(`If ${newEmail} is free`)
    const elsewhere = await open()
    const confirm = await elsewhere.followMail(newEmail, 'Confirm your new e-mail address')
    await confirm.sees('Sign in first. Then you can continue.')
    await expectAccessible(confirm.page)
    await confirm.signIn(email)
    await confirm.page.getByRole('heading', { name: 'Confirm your new e-mail address' }).waitFor()
    await expectAccessible(confirm.page)
    await confirm.press('Confirm address')
    await confirm.sees('Your e-mail address has been changed.')
    const undo = await elsewhere.followMail(email, 'was changed')
    await expectAccessible(undo.page)
    await undo.press('Undo the change')
    await undo.sees('Your previous e-mail address is restored.')
    await expectAccessible(undo.page)
    await ada.sees('Your session has ended. Sign in again.')
  })

  it('unlock an account, and say how long the lock lasts', async () => {
    const { email } = await register()
    await guess(stage().test.actor(), email, 5)
    const ada = await open()
    await ada.signIn(email)
    await ada.page
      .getByRole('alert')
      .getByText(/The account is locked after too many wrong passwords/)
      .waitFor()
    const link = await ada.followMail(email, 'temporarily locked')
    await link.press('Unlock account')
    await link.sees('Your account is unlocked.')
    await link.follow('Back to sign-in')
    await link.signIn(email)
    await link.sees('Personal details')
  })

  it('take back the change of a second factor that its owner did not make', async () => {
    const { test } = stage()
    const owner = await enrolTotp(test, await register())
    const ada = await open('account')
    await ada.signIn(owner.email)
    await ada.fill({ 'Code of your authenticator app': nextCode(test, owner) })
    await ada.press('Continue')
    await ada.sees('Personal details')
    const forbidden = watchForbidden(ada.browser, stage().serviceUrl)
    const link = await ada.followMail(owner.email, 'second factor')
    expect(await link.page.title()).toBe('Undo a change of your second factor – Gatehouse')
    expect(new URL(link.page.url()).href).toBe(`${stage().serviceUrl}/undo-factor-change`)
    await expectAccessible(link.page)
    await link.press('Undo the change')
    await link.sees('The change is undone.')
    await expectAccessible(link.page)
    await ada.sees('Your session has ended. Sign in again.')
    expect(forbidden.filter((text) => !text.includes('/dev/mailbox'))).toEqual([])

    const again = await ada.followMail(owner.email, 'second factor')
    await again.press('Undo the change')
    await again.page.getByRole('alert').getByText('This link is not valid any more').waitFor()
    await expectAccessible(again.page)
    const reset = await ada.followMail(owner.email, 'Set a new password')
    await reset.fill({ 'New password': newPassword })
    await reset.press('Set password')
    await reset.sees('Your new password is set.')
    await reset.follow('Back to sign-in')
    await reset.signIn(owner.email, newPassword)
    await reset.sees('Personal details')
  })

  it('end all sessions after a report', async () => {
    const { email } = await register()
    await signIn(stage().test.actor(phone), email)
    const ada = await open('account')
    await ada.signIn(email)
    await ada.sees('Personal details')
    const link = await ada.followMail(email, 'New sign-in')
    await expectAccessible(link.page)
    await link.press('Sign out all devices')
    await link.sees('All devices are signed out.')
    await ada.sees('Your session has ended. Sign in again.')
  })

  it('never send the token in the fragment of a link to a server, and take a second link in the same tab', async () => {
    const { email } = await register()
    const [, denial = ''] = (await mailsTo(stage().test, email))[0]?.links ?? []
    const ada = await open('deny-registration#token=gho_used')
    const sent: string[] = []
    ada.browser.on('request', (request) => sent.push(request.url(), ...Object.values(request.headers())))
    await ada.press('Remove the account')
    await ada.page.getByRole('alert').getByText('This link is not valid any more').waitFor()
    await ada.page.goto(denial.replace('?token=', '#token='))
    await ada.page.getByRole('alert').getByText(/./).waitFor({ state: 'detached' })
    await ada.press('Remove the account')
    await ada.sees('The account has been removed.')
    expect(sent.join(' ')).not.toContain(tokenIn(denial))
  })

  it('say that a link was used, and that it is incomplete', async () => {
    const used = await open('unlock-account?token=gho_used')
    await used.press('Unlock account')
    await used.page.getByRole('alert').getByText('This link is not valid any more').waitFor()
    await expectAccessible(used.page)
    const incomplete = await open('unlock-account')
    await incomplete.sees('This link is incomplete')
    await expectAccessible(incomplete.page)
  })

  it('change nothing before a button is pressed', async () => {
    const { email } = await register()
    const mutations: string[] = []
    const ada = await open('forgot-password')
    ada.browser.on('request', (request) => {
      if (/mutation/.test(request.postData() ?? '')) mutations.push(request.postData() ?? '')
    })
    const link = await ada.followMail(email, 'Confirm your e-mail address')
    await link.page.getByRole('button', { name: 'Verify address' }).waitFor()
    expect(mutations).toEqual([])
  })
})
