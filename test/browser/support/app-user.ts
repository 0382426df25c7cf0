import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { goodPassword } from '../../support/test-app.ts'
import { openPage, type Stage } from './stage.ts'

/** A user of an example app, who finds buttons, links and fields by their labels. */
export class AppUser {
  readonly browser: BrowserContext
  readonly page: Page
  readonly #stage: Stage

  constructor(stage: Stage, browser: BrowserContext, page: Page) {
    this.#stage = stage
    this.browser = browser
    this.page = page
  }

  static async open(stage: Stage, userAgent?: string): Promise<AppUser> {
    return AppUser.openAt(stage, stage.pagesUrl, userAgent === undefined ? {} : { userAgent })
  }

  /** Opens a page in a browser of its own. */
  static async openAt(stage: Stage, url: string, options: BrowserContextOptions = {}): Promise<AppUser> {
    const browser = await stage.openBrowser(options)
    return new AppUser(stage, browser, await openPage(browser, url))
  }

  /** Opens the app in another tab of the same browser. */
  async tab(): Promise<AppUser> {
    return new AppUser(this.#stage, this.browser, await openPage(this.browser, this.#stage.pagesUrl))
  }

  async register(email: string, firstName = 'Ada'): Promise<void> {
    await this.follow('Create an account')
    await this.fill({ 'First name': firstName, 'E-mail': email, Password: goodPassword })
    await this.press('Create account')
    await this.sees(`Hello, ${firstName}`)
  }

  async signIn(identifier: string, password = goodPassword): Promise<void> {
    await this.fill({ 'E-mail or username': identifier, Password: password })
    await this.press('Sign in')
  }

  async fill(fields: Readonly<Record<string, string>>): Promise<void> {
    for (const [label, value] of Object.entries(fields))
      await this.page.getByLabel(label, { exact: true }).fill(value)
  }

  press(label: string): Promise<void> {
    return this.page.getByRole('button', { name: label, exact: true }).first().click()
  }

  follow(label: string): Promise<void> {
    return this.page.getByRole('link', { name: label, exact: true }).click()
  }

  /** Waits until the page shows a text. The failure says what the page shows instead. */
  async sees(text: string | RegExp): Promise<void> {
    try {
      await this.page.getByText(text).first().waitFor()
    } catch (cause) {
      const shown = await this.page.locator('body').innerText()
      throw new Error(`${this.page.url()} does not show ${text}. It shows: ${shown}`, { cause })
    }
  }

  /** Waits until the list on the page has exactly this number of rows. */
  async seesRows(count: number): Promise<void> {
    await this.page.locator(`.rows:has(> li:nth-child(${count}):last-child)`).waitFor()
  }

  /** Finds the newest mail with the subject in the development mailbox and follows one of its links. Returns the tab that the link opens. */
  async followMail(to: string, subject: string, link = 0): Promise<AppUser> {
    await this.#stage.test.deliverMail()
    const mailbox = await openPage(this.browser, `${this.#stage.serviceUrl}/dev/mailbox`)
    await mailbox.locator('nav a', { hasText: to }).filter({ hasText: subject }).first().click()
    await mailbox.getByRole('heading', { name: subject }).waitFor()
    const [page] = await Promise.all([
      this.browser.waitForEvent('page'),
      mailbox.locator('main ul a').nth(link).click(),
    ])
    await page.waitForLoadState()
    await mailbox.close()
    return new AppUser(this.#stage, this.browser, page)
  }
}
