import type { BrowserContext, Page } from 'playwright-core'
import { goodPassword } from '../../support/test-app.ts'
import { openPage, type Stage } from './stage.ts'

/** What somebody does with an example app, as the labels of its pages call it. */
export class AppUser {
  readonly person: BrowserContext
  readonly page: Page
  readonly #stage: Stage

  constructor(stage: Stage, person: BrowserContext, page: Page) {
    this.#stage = stage
    this.person = person
    this.page = page
  }

  static async open(stage: Stage, userAgent?: string): Promise<AppUser> {
    const person = await stage.person(userAgent === undefined ? {} : { userAgent })
    return new AppUser(stage, person, await openPage(person, stage.pagesUrl))
  }

  /** The same browser in another tab. */
  async tab(): Promise<AppUser> {
    return new AppUser(this.#stage, this.person, await openPage(this.person, this.#stage.pagesUrl))
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

  /** Waits for a text. */
  sees(text: string | RegExp): Promise<void> {
    return this.page.getByText(text).first().waitFor()
  }

  /** How many rows the list of the page has, once it has so many. */
  async seesRows(count: number): Promise<void> {
    await this.page.locator(`.rows:has(> li:nth-child(${count}):last-child)`).waitFor()
  }

  /** Looks into the development mailbox for a mail, and follows its first link; answers the tab that it opens. */
  async followMail(to: string, subject: string): Promise<AppUser> {
    await this.#stage.test.deliverMail()
    const mailbox = await openPage(this.person, `${this.#stage.serviceUrl}/dev/mailbox`)
    await mailbox.locator('nav a', { hasText: to }).filter({ hasText: subject }).click()
    await mailbox.getByRole('heading', { name: subject }).waitFor()
    const [page] = await Promise.all([
      this.person.waitForEvent('page'),
      mailbox.locator('main ul a').first().click(),
    ])
    await page.waitForLoadState()
    await mailbox.close()
    return new AppUser(this.#stage, this.person, page)
  }
}
