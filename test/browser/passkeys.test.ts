import { writeFile } from 'node:fs/promises'
import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type SignedIn, signUp } from '../support/people.ts'
import { goodPassword } from '../support/test-app.ts'
import { browserStage, describeInBrowser, openPage } from './support/stage.ts'
import { addVirtualAuthenticator, type VirtualAuthenticator } from './support/virtual-authenticator.ts'

const stage = browserStage({
  env: { MFA: 'privileged' },
  async build(folder) {
    await build({
      entryPoints: ['test/browser/pages/passkey-pieces.ts'],
      bundle: true,
      format: 'iife',
      target: 'es2022',
      outfile: `${folder}/passkeys.js`,
    })
    await writeFile(
      `${folder}/index.html`,
      '<!doctype html><title>Passkeys</title><body><input autocomplete="username webauthn"><script src="/passkeys.js"></script>',
    )
  },
})

interface Browser extends VirtualAuthenticator {
  readonly page: Page
}

/** A page in a browser with a virtual authenticator that has passkeys and verifies its user. */
async function openWithAuthenticator(): Promise<Browser> {
  const page = await openPage(await stage().openBrowser(), stage().pagesUrl)
  await page.evaluate((url) => window.startPasskeys(url), `${stage().serviceUrl}/graphql`)
  return { page, ...(await addVirtualAuthenticator(page, true)) }
}

/** A user who has signed in on the page with their password, and added a passkey. */
async function withPasskey(): Promise<Browser & { readonly user: SignedIn }> {
  const user = await signUp(stage().test.actor())
  const browser = await openWithAuthenticator()
  expect(await login(browser.page, user.email)).toMatchObject({ __typename: 'LoginSuccess' })
  expect(await browser.page.evaluate(() => window.passkeys.add('Laptop'))).toMatchObject({
    __typename: 'FinishPasskeyRegistrationSuccess',
    passkey: { name: 'Laptop' },
  })
  return { ...browser, user }
}

const login = (page: Page, email: string) =>
  page.evaluate(([who, what]) => window.passkeys.login(who, what), [email, goodPassword] as const)
const signOut = (page: Page) => page.evaluate(() => window.passkeys.auth.signOut())
const stored = ({ userId }: SignedIn) =>
  stage().test.database.client.passkey.findMany({ where: { userId, removedAt: null } })

describeInBrowser('passkeys in Chromium', () => {
  it('register, refuse the same authenticator twice, step up, and sign in without a name', async () => {
    const { page, user } = await withPasskey()
    expect(await page.evaluate(() => window.passkeys.add('Again'))).toMatchObject({
      __typename: 'ReauthenticationRequiredProblem',
    })
    expect(await page.evaluate(() => window.passkeys.reauthenticate())).toMatchObject({
      __typename: 'ReauthenticateSuccess',
    })
    expect(await page.evaluate(() => window.passkeys.add('Again'))).toBe(
      'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED',
    )
    expect(await stored(user)).toHaveLength(1)
    await signOut(page)
    expect(await page.evaluate(() => window.passkeys.signIn(false))).toMatchObject({
      __typename: 'LoginSuccess',
    })
    expect(await page.evaluate(() => window.passkeys.me())).toBe(user.email)
  })

  it('sign in from the autofill of the page', async () => {
    const { page, user } = await withPasskey()
    await signOut(page)
    expect(await page.evaluate(() => window.passkeys.signIn(true))).toMatchObject({
      __typename: 'LoginSuccess',
    })
    expect(await page.evaluate(() => window.passkeys.me())).toBe(user.email)
  })

  it('answer the second step after the password', async () => {
    const { page, user } = await withPasskey()
    const { client } = stage().test.database
    await client.user.update({ where: { id: user.userId }, data: { secondStepChosen: true } })
    await signOut(page)
    const challenge = await login(page, user.email)
    expect(challenge).toMatchObject({ __typename: 'MfaChallenge' })
    if (challenge === undefined) throw new Error('There is no challenge.')
    expect(await page.evaluate((sent) => window.passkeys.answer(sent), challenge)).toBe('LoginSuccess')
    expect(await page.evaluate(() => window.passkeys.me())).toBe(user.email)
  })

  it('register on the way in where the policy requires a second factor', async () => {
    const user = await signUp(stage().test.actor())
    const { page } = await openWithAuthenticator()
    const { client } = stage().test.database
    const enrolFactorBy = stage().test.clock.now()
    await client.user.update({ where: { id: user.userId }, data: { role: 'MODERATOR', enrolFactorBy } })
    const required = await login(page, user.email)
    expect(required).toMatchObject({ __typename: 'MfaEnrolmentRequired' })
    const added = await page.evaluate((token) => window.passkeys.enrol(token), required?.enrolmentToken ?? '')
    expect(added).toMatchObject({
      __typename: 'FinishPasskeyRegistrationSuccess',
      challengeToken: expect.stringMatching(/^ghc_/),
    })
    const challenge = { __typename: 'MfaChallenge', challengeToken: added?.challengeToken ?? '' }
    expect(await page.evaluate((sent) => window.passkeys.answer(sent), challenge)).toBe('LoginSuccess')
    expect(await page.evaluate(() => window.passkeys.me())).toBe(user.email)
  })

  it('end in the browser too when they are removed', async () => {
    const { page, cdp, authenticatorId, user } = await withPasskey()
    const credentials = async () =>
      (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials
    expect(await credentials()).toHaveLength(1)
    await page.evaluate(() => window.passkeys.reauthenticate())
    const [passkey] = await stored(user)
    expect(await page.evaluate((id) => window.passkeys.remove(id), passkey?.id ?? '')).toMatchObject({
      __typename: 'RemovePasskeySuccess',
    })
    await eventually(async () => expect(await credentials()).toEqual([]))
    await signOut(page)
    expect(await page.evaluate(() => window.passkeys.signIn(false))).toBeNull()
  })

  it('sign no one in whom the authenticator does not verify', async () => {
    const { page, cdp, authenticatorId } = await withPasskey()
    await signOut(page)
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    expect(await page.evaluate(() => window.passkeys.signIn(false))).toBeNull()
    expect(await page.evaluate(() => window.passkeys.auth.signedIn)).toBe(false)
  })
})
