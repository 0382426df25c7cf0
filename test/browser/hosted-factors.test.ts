import { expect, it } from 'vitest'
import { signUp } from '../support/people.ts'
import { nextCode, signUpWithTotp, totpCode } from '../support/second-steps.ts'
import { freshEmail, goodPassword } from '../support/test-app.ts'
import { AppUser } from './support/app-user.ts'
import { expectAccessible, watchForbidden } from './support/page-checks.ts'
import { asksFor, browserStage, countRequests, describeInBrowser } from './support/stage.ts'
import { addVirtualAuthenticator } from './support/virtual-authenticator.ts'

describeInBrowser('the hosted pages of second factors', () => {
  const stage = browserStage({ build: () => undefined, env: { APP_URL: '' } })
  const open = async (page: string, email: string) => {
    const person = await AppUser.openAt(stage(), `${stage().serviceUrl}/${page}`)
    await person.signIn(email)
    return person
  }

  it('set up an authenticator app, ask for its code, take a recovery code instead, and turn it off', async () => {
    const { test } = stage()
    const { email } = await signUp(test.actor())
    const ada = await open('account#factors', email)
    const forbidden = watchForbidden(ada.browser, stage().serviceUrl)
    await ada.press('Set up')
    const secret = await ada.page.locator('code.secret').innerText()
    await expectAccessible(ada.page)
    await ada.fill({ 'Code of your authenticator app': '000000' })
    await ada.press('Turn on')
    await ada.sees('This code is wrong or was already used.')
    await ada.fill({ 'Code of your authenticator app': totpCode(test, { secret }) })
    await ada.press('Turn on')
    await ada.sees('Keep these codes in a safe place.')
    const codes = await ada.page.locator('.recovery-codes code').allInnerTexts()
    expect(codes).toHaveLength(10)
    await expectAccessible(ada.page)
    await ada.press('I have kept them')
    await ada.sees('The second step is on.')

    await ada.press('Sign out')
    await ada.sees('You have signed out.')
    await ada.signIn(email)
    await ada.sees('Enter the six digits')
    expect(await ada.page.getByLabel('Skip the second step on this device').count()).toBe(0)
    await expectAccessible(ada.page)
    await ada.press('Use a recovery code')
    await ada.fill({ 'Recovery code': (codes[2] ?? '').toLowerCase().replaceAll('-', ' ') })
    await ada.press('Continue')
    await ada.sees('Personal details')
    await ada.follow('Sign-in methods')
    await ada.sees('9 codes are left.')
    await expectAccessible(ada.page)

    test.clock.advance(3600)
    await ada.press('Turn off')
    await ada.press('Turn off')
    await ada.fill({ 'Current password': goodPassword })
    await ada.press('Confirm')
    await ada.fill({ 'Code of your authenticator app': totpCode(test, { secret }) })
    await ada.press('Confirm')
    await ada.sees('The authenticator app is removed.')
    await ada.press('Sign out')
    await ada.sees('You have signed out.')
    await ada.signIn(email)
    await ada.sees('Personal details')
    expect(forbidden).toEqual([])
  })

  it('add a passkey, sign in with it, ask for it after the password, rename and remove it', async () => {
    const { test } = stage()
    const { email } = await signUp(test.actor())
    const ada = await open('account#factors', email)
    const consent = await addConsentingAuthenticator(ada)
    const forbidden = watchForbidden(ada.browser, stage().serviceUrl)
    await consent(() => ada.press('Add a passkey'), 'The passkey is added.')
    await expectAccessible(ada.page)
    await ada.press('Turn on')
    await ada.sees('Prove that it is you')
    await expectAccessible(ada.page)
    await consent(() => ada.press('Use your passkey'), 'Keep these codes in a safe place.')
    await ada.press('I have kept them')

    // The offer in the autofill has begun before the user consents to anything: the button asks instead of it.
    const offered = passkeyOffer(ada)
    await ada.press('Sign out')
    await offered
    await consent(() => ada.press('Sign in with a passkey'), 'Personal details')
    await ada.press('Sign out')
    await ada.signIn(email)
    await ada.sees('Prove with your passkey that it is you.')
    await expectAccessible(ada.page)
    await consent(() => ada.press('Use your passkey'), 'Personal details')

    await ada.follow('Sign-in methods')
    await ada.page.getByRole('button', { name: /^Rename / }).click()
    await ada.fill({ Name: 'My laptop' })
    await ada.press('Save')
    await ada.press('Remove My laptop')
    await ada.press('Remove My laptop')
    await ada.page.getByText('My laptop').waitFor({ state: 'detached' })
    expect(forbidden).toEqual([])
  })
})

describeInBrowser('a passkey that the user chose in the autofill', () => {
  const stage = browserStage({ build: () => undefined, env: { APP_URL: '' } })
  const openWithPasskey = async () => {
    const { test, serviceUrl } = stage()
    const { email, userId } = await signUp(test.actor())
    const ada = await AppUser.openAt(stage(), `${serviceUrl}/account#factors`)
    await ada.signIn(email)
    const consent = await addConsentingAuthenticator(ada)
    await consent(() => ada.press('Add a passkey'), 'The passkey is added.')
    const before = (field: string, work: () => Promise<unknown>) =>
      ada.page.route('**/graphql', async (route) => {
        if (asksFor(route.request(), field)) await work()
        await route.fallback()
      })
    return { ada, email, userId, consent, before }
  }

  it('is the only sign-in until its answer is there', async () => {
    const { ada, consent, before } = await openWithPasskey()
    const ceremonies = countRequests(ada.browser, 'startPasskeyLogin')
    const offered: (string | null)[] = []
    await before('loginWithPasskey', async () => {
      await ada.page.locator('form[aria-busy=true]').waitFor()
      for (const name of ['Sign in', 'Sign in with a passkey']) {
        const button = ada.page.getByRole('button', { name, exact: true })
        offered.push(await button.getAttribute('aria-disabled'))
        await button.click({ force: true })
      }
    })
    await consent(() => ada.press('Sign out'), 'Personal details')
    expect(offered).toEqual(['true', 'true'])
    expect(ceremonies.count).toBe(1)
  })

  it('is refused with a message', async () => {
    const { ada, userId, consent, before } = await openWithPasskey()
    await before('loginWithPasskey', () =>
      stage().test.database.client.passkey.deleteMany({ where: { userId } }),
    )
    await consent(() => ada.press('Sign out'), 'The passkey was not accepted.')
    await expectAccessible(ada.page)
  })

  it('is not sent beside a password', async () => {
    const { ada, email, consent, before } = await openWithPasskey()
    const signIns = countRequests(ada.browser, 'loginWithPasskey')
    let offer = () => {}
    const passwordIsSent = new Promise<void>((resolve) => {
      offer = resolve
    })
    await before('startPasskeyLogin', () => passwordIsSent)
    await before('login', async () => {
      const offered = passkeyOffer(ada)
      offer()
      await offered
      // The page has read the response when the browser answers the next message.
      await ada.page.evaluate(() => document.title)
    })
    await consent(async () => {
      await ada.press('Sign out')
      await ada.signIn(email)
    }, 'Personal details')
    await ada.follow('Devices')
    await ada.sees('last used')
    expect(signIns.count).toBe(0)
  })
})

describeInBrowser('the hosted pages where every account requires a second factor', () => {
  const env = { APP_URL: '', MFA: 'required', MFA_ENROL_DAYS: '0' }
  const stage = browserStage({ build: () => undefined, env })

  it('set up an authenticator app before the first session begins', async () => {
    const { test, serviceUrl } = stage()
    const ada = await AppUser.openAt(stage(), `${serviceUrl}/sign-up`)
    const email = freshEmail()
    await ada.fill({ 'E-mail address': email, Password: goodPassword })
    await ada.press('Create account')
    await ada.sees('This account requires a second step.')
    await expectAccessible(ada.page)
    await ada.press('Set up')
    const secret = await ada.page.locator('code.secret').innerText()
    await expectAccessible(ada.page)
    await ada.fill({ 'Code of your authenticator app': totpCode(test, { secret }) })
    await ada.press('Turn on')
    await ada.sees('Keep these codes in a safe place.')
    await expectAccessible(ada.page)
    await ada.press('I have kept them')
    await ada.sees('Personal details')
    test.clock.advance(30)
    await ada.press('Sign out')
    await ada.sees('You have signed out.')
    await ada.signIn(email)
    await ada.fill({ 'Code of your authenticator app': totpCode(test, { secret }) })
    await ada.press('Continue')
    await ada.sees('Personal details')
  })
})

describeInBrowser('the hosted pages where a passkey can be the required second factor', () => {
  const env = { APP_URL: '', MFA: 'required', MFA_ENROL_DAYS: '0' }
  const stage = browserStage({ build: () => undefined, env })

  it('add a passkey before the first session begins, and ask for it after the password', async () => {
    const ada = await AppUser.openAt(stage(), `${stage().serviceUrl}/sign-up`)
    const consent = await addConsentingAuthenticator(ada)
    const email = freshEmail()
    await ada.fill({ 'E-mail address': email, Password: goodPassword })
    await ada.press('Create account')
    await ada.sees('This account requires a second step.')
    await expectAccessible(ada.page)
    await consent(() => ada.press('Add a passkey'), 'Keep these codes in a safe place.')
    expect(await ada.page.locator('.recovery-codes code').count()).toBe(10)
    await expectAccessible(ada.page)
    await ada.press('I have kept them')
    await ada.sees('Personal details')
    await ada.press('Sign out')
    await ada.sees('You have signed out.')
    await ada.signIn(email)
    await consent(() => ada.press('Use your passkey'), 'Personal details')
  })
})

describeInBrowser('the hosted pages where devices can be remembered', () => {
  const env = { APP_URL: '', MFA_REMEMBER_DEVICE_DAYS: '30' }
  const stage = browserStage({ build: () => undefined, env })

  it('skip the second step on a device whose user chose so, until they forget it', async () => {
    const { test, serviceUrl } = stage()
    const user = await signUpWithTotp(test)
    const ada = await AppUser.openAt(stage(), `${serviceUrl}/sign-in`)
    const signOut = async () => {
      await ada.press('Sign out')
      await ada.sees('You have signed out.')
      await ada.signIn(user.email)
    }
    const answer = () => ada.fill({ 'Code of your authenticator app': nextCode(test, user) })
    await ada.signIn(user.email)
    await answer()
    await ada.press('Continue')
    await ada.sees('Personal details')
    await signOut()
    await answer()
    await ada.page.getByLabel('Skip the second step on this device').check()
    await expectAccessible(ada.page)
    await ada.press('Continue')
    await ada.sees('Personal details')
    await signOut()
    await ada.sees('Personal details')
    await ada.follow('Sign-in methods')
    await ada.sees('On 1 device the second step is skipped.')
    await expectAccessible(ada.page)
    await ada.press('Forget all devices')
    await ada.page.getByText('Remembered devices').waitFor({ state: 'detached' })
    await signOut()
    await ada.sees('Enter the six digits')
  })
})

/** Waits for the answer to a request for a sign-in with a passkey, as the offer in the autofill sends it. */
function passkeyOffer({ page }: AppUser) {
  return page.waitForResponse((response) => asksFor(response.request(), 'startPasskeyLogin'))
}

/**
 * A platform authenticator that verifies its user. The user consents only during the action that the result is for, until the page
 * shows a text: otherwise every offer in the autofill would be accepted at once.
 */
async function addConsentingAuthenticator(person: AppUser) {
  const { cdp, authenticatorId } = await addVirtualAuthenticator(person.page, false)
  const setPresence = (enabled: boolean) =>
    cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
  return async (action: () => Promise<void>, seen: string) => {
    await setPresence(true)
    // The offer in the autofill may be accepted before the button is pressed: then the page has no such button any more.
    action().catch(() => undefined)
    await person.sees(seen)
    await setPresence(false)
  }
}
