import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Closer } from '../../src/lib/concurrency/closer.ts'
import { serve } from '../gateways/support/loopback.ts'
import type { Actor } from '../support/actor.ts'
import { eventually } from '../support/eventually.ts'
import { type SignedIn, signUp } from '../support/people.ts'
import { auditTypesOf, raiseVersion } from '../support/rows.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { goodPassword } from '../support/test-app.ts'
import { prepareSsrApp, type SsrApp, startSsrApp } from './support/ssr-app.ts'
import { browserStage, describeInBrowser, openPage } from './support/stage.ts'

const accessCookie = '__Host-gatehouse-access'
const refreshCookie = '__Host-gatehouse-refresh'
const hourSeconds = 3600
const userAgent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0'

describeInBrowser('examples/ssr-next, rendered on the server with cookies', () => {
  const stage = browserStage({ build: () => undefined, env: { COOKIE_SAME_SITE: 'lax' } })
  const closer = new Closer()
  let app: SsrApp
  let wire: TcpProxy
  beforeAll(async () => {
    await prepareSsrApp()
    wire = await TcpProxy.open(stage().serviceUrl)
    closer.add('wire', () => wire.close())
    app = await startSsrApp({ GATEHOUSE_URL: `${wire.url}graphql`, TOKEN_ISSUER: stage().serviceUrl })
    closer.add('app', () => app.close())
  })
  afterAll(() => closer.close())

  /** A browser in which a person signed in an hour ago, so that their access cookie has expired. */
  async function comesBack() {
    const { test } = stage()
    test.clock.jump(-hourSeconds)
    const ada = await signUp(test.actor({ 'user-agent': userAgent }), {
      firstName: 'Ada',
      tokenTransport: 'COOKIE',
    })
    test.clock.jump(hourSeconds)
    const browser = await stage().openBrowser({ userAgent })
    await browser.addCookies(cookiesOf(ada.actor))
    return { ...ada, browser }
  }

  const cookiesOf = ({ cookies }: Actor) =>
    [...cookies].map(([name, value]) => ({
      name,
      value,
      domain: 'localhost',
      path: '/',
      secure: true,
      httpOnly: true,
    }))
  const cookieOf = async (browser: BrowserContext, name: string) =>
    (await browser.cookies(app.url)).find((cookie) => cookie.name === name)?.value
  const heading = (page: Page) => page.getByRole('heading').first().textContent()
  const sessionOf = ({ sessionId }: Pick<SignedIn, 'sessionId'>) =>
    stage().test.database.client.session.findUniqueOrThrow({ where: { id: sessionId } })

  async function expectNoReuse({ userId, sessionId }: Pick<SignedIn, 'userId' | 'sessionId'>) {
    expect(await auditTypesOf(stage().test.database, userId)).not.toContain('REFRESH_TOKEN_REUSED')
    expect((await sessionOf({ sessionId })).revokedAt).toBe(null)
  }

  it('keeps a person signed in who reloads two tabs with an expired access cookie', async () => {
    const ada = await comesBack()
    const before = [await cookieOf(ada.browser, accessCookie), await cookieOf(ada.browser, refreshCookie)]
    const tabs = [await ada.browser.newPage(), await ada.browser.newPage()]
    await Promise.all(tabs.map((tab) => tab.goto(app.url)))
    for (const tab of tabs) expect(await heading(tab)).toBe('Hello, Ada')
    expect((await sessionOf(ada)).generation).toBe(1)
    const after = [await cookieOf(ada.browser, accessCookie), await cookieOf(ada.browser, refreshCookie)]
    for (const value of after) expect(before).not.toContain(value)
    await Promise.all(tabs.map((tab) => tab.reload()))
    for (const tab of tabs) expect(await heading(tab)).toBe('Hello, Ada')
    expect((await sessionOf(ada)).generation).toBe(1)
    await expectNoReuse(ada)
  })

  it('goes on from the new refresh cookie the next time', async () => {
    const ada = await comesBack()
    const tabs = [await openPage(ada.browser, app.url), await openPage(ada.browser, app.url)]
    for (const round of [2, 3]) {
      await ada.browser.clearCookies({ name: accessCookie })
      await Promise.all(tabs.map((tab) => tab.reload()))
      for (const tab of tabs) expect(await heading(tab)).toBe('Hello, Ada')
      expect((await sessionOf(ada)).generation).toBe(round)
    }
    await expectNoReuse(ada)
  })

  it.each([
    ['with', true],
    ['without', false],
  ])('signs in and out %s JavaScript', async (_with, javaScriptEnabled) => {
    const { email } = await signUp(stage().test.actor(), { firstName: 'Grace' })
    const browser = await stage().openBrowser({ javaScriptEnabled })
    const page = await openPage(browser, app.url)
    await page.getByLabel('E-mail or username').fill(email)
    await page.getByLabel('Password').fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page
      .getByText(/password/i)
      .first()
      .waitFor()
    expect(await cookieOf(browser, refreshCookie)).toBe(undefined)
    await page.getByLabel('E-mail or username').fill(email)
    await page.getByLabel('Password').fill(goodPassword)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Hello, Grace' }).waitFor()
    for (const { name, ...cookie } of await browser.cookies(app.url))
      expect([name, cookie]).toMatchObject([
        expect.stringMatching(/^__Host-gatehouse-/),
        { httpOnly: true, secure: true, sameSite: 'Lax' },
      ])
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await cookieOf(browser, refreshCookie)).toBe(undefined)
  })

  it('runs an action with a new token if the access cookie has expired', async () => {
    const ada = await comesBack()
    const page = await openPage(ada.browser, app.url)
    await ada.browser.clearCookies({ name: accessCookie })
    await page.getByLabel('First name').fill('Augusta')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Hello, Augusta' }).waitFor()
    await expectNoReuse(ada)
  })

  it('keeps the session while the service is away', async () => {
    const ada = await comesBack()
    wire.cut()
    const page = await openPage(ada.browser, app.url)
    expect(await heading(page)).toBe('The service is not reachable')
    wire.restore()
    await page.reload()
    expect(await heading(page)).toBe('Hello, Ada')
    wire.cut()
    await page.reload()
    expect(await heading(page)).toBe('The service is not reachable')
    wire.restore()
    await page.reload()
    expect(await heading(page)).toBe('Hello, Ada')
    await expectNoReuse(ada)
  })

  it('fetches a new token if the service refuses a valid one, and ends with a session that has ended', async () => {
    const ada = await comesBack()
    const page = await openPage(ada.browser, app.url)
    const token = await cookieOf(ada.browser, accessCookie)
    await raiseVersion(stage().test.database, ada.userId, {})
    await eventually(async () => {
      await page.goto(app.url)
      expect(await cookieOf(ada.browser, accessCookie)).not.toBe(token)
    })
    expect(await heading(page)).toBe('Hello, Ada')
    await expectNoReuse(ada)
    const elsewhere = await stage().openBrowser({ userAgent })
    await elsewhere.addCookies(await ada.browser.cookies(app.url))
    const other = await openPage(elsewhere, app.url)
    await other.getByRole('button', { name: 'Sign out' }).click()
    await other.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.goto(app.url)
    expect(await heading(page)).toBe('Sign in')
    expect(await cookieOf(ada.browser, refreshCookie)).toBe(undefined)
  })

  it('is signed out by a refresh that the service refuses', async () => {
    const ada = await comesBack()
    await stage().test.database.client.session.update({
      where: { id: ada.sessionId },
      data: { revokedAt: stage().test.clock.now() },
    })
    const page = await openPage(ada.browser, app.url)
    expect(await heading(page)).toBe('Sign in')
    expect(await cookieOf(ada.browser, refreshCookie)).toBe(undefined)
  })

  it('knows a person who follows a link on another site', async () => {
    const ada = await comesBack()
    const site = await serve((_request, response) =>
      response.setHeader('content-type', 'text/html').end(`<a href="${app.url}">Go</a>`),
    )
    closer.add('site', () => site.close())
    const page = await openPage(ada.browser, site.url)
    await page.getByRole('link', { name: 'Go' }).click()
    await page.getByRole('heading', { name: 'Hello, Ada' }).waitFor()
  })

  it('refuses an action that a page of another site sends', async () => {
    const ada = await comesBack()
    const page = await openPage(ada.browser, app.url)
    const form = await page.locator('form', { hasText: 'Sign out' }).evaluate((found) => found.outerHTML)
    const site = await serve((_request, response) =>
      response
        .setHeader('content-type', 'text/html')
        .end(form.replace('<form', `<form id="trap"`).replace(/action="[^"]*"/, `action="${app.url}"`)),
    )
    closer.add('site', () => site.close())
    const trap = await openPage(ada.browser, site.url)
    await trap.locator('#trap').evaluate((found) => found instanceof HTMLFormElement && found.submit())
    await trap.waitForLoadState()
    await page.reload()
    expect(await heading(page)).toBe('Hello, Ada')
  })
})
