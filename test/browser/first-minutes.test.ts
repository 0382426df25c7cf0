import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page, Request } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { graphiqlTabs } from '../../src/http/html/graphiql-tabs.ts'
import { Closer } from '../../src/lib/concurrency/closer.ts'
import { systemClock } from '../../src/lib/time/clock.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { tokenIn } from '../support/mails.ts'
import { totpCode } from '../support/second-steps.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { describeInBrowser, openChromium, openPage, storedIn } from './support/stage.ts'

/** The first five minutes of the README, on a service as `npm start` gives it, without a network. */
describeInBrowser('the first five minutes', () => {
  const closer = new Closer()
  const abroad: string[] = []
  let url: string
  let person: BrowserContext
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-first-'))
    closer.add('folder', () => rm(folder, { recursive: true, force: true }))
    const port = await freePort()
    url = `http://localhost:${port}`
    const service = ServiceProcess.spawn({
      PORT: String(port),
      PUBLIC_URL: url,
      DATA_DIR: folder,
      MASTER_KEY: '',
      REFRESH_PEPPERS: '',
    })
    closer.add('service', async () => void (await service.stop()))
    await service.ready()
    const browser = await openChromium()
    closer.add('browser', () => browser.close())
    person = await browser.newContext({
      viewport: { width: 1400, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    await person.route(
      (target) => target.origin !== url,
      (route) => {
        abroad.push(route.request().url())
        return route.abort()
      },
    )
  })
  afterAll(() => closer.close())

  /** Presses play, and what it offers; answers what the service answered, once GraphiQL shows a part of it. */
  async function run(page: Page, shown: string, operation?: string) {
    const answered = page.waitForResponse((response) => isOperation(response.request(), operation))
    await press(page, answered, operation)
    const { data } = await (await answered).json()
    await page.locator('.graphiql-response').getByText(shown).first().waitFor()
    return data
  }

  /** A tab with one operation runs it at once. After a change of tabs the button may still offer those of the tab before. */
  async function press(page: Page, answered: Promise<unknown>, operation?: string): Promise<void> {
    let isSent = false
    page.on('request', (request) => {
      isSent ||= isOperation(request, operation)
    })
    const play = page.getByRole('button', { name: /^Execute query/ })
    await play.click()
    if (operation !== undefined) {
      const item = page.getByRole('menuitem', { name: operation, exact: true })
      await eventually(async () => {
        if ((await item.count()) > 0) return
        await page.keyboard.press('Escape')
        await play.click()
        throw new Error('The menu has no such operation.')
      })
      return item.click()
    }
    let hasAnswered = false
    const noted = answered.then(() => {
      hasAnswered = true
    })
    await eventually(async () => {
      if (hasAnswered) return
      // After a change of tabs GraphiQL can offer the operations of the tab before, or send nothing. While it waits for an answer, the
      // button stops the operation and has another name.
      if ((await page.getByRole('menuitem').count()) > 0) await page.keyboard.press('Escape')
      if (!isSent && (await play.count()) > 0) await play.click({ timeout: 1000 })
      throw new Error('The operation was not sent.')
    })
    await noted
  }

  /** Pastes over what a part of the tab holds. */
  async function write(page: Page, part: 'Query Editor' | 'Headers', text: string): Promise<void> {
    if (part === 'Headers') await page.getByRole('button', { name: 'Headers' }).click()
    const editor = part === 'Headers' ? '.graphiql-editor-tool' : '.graphiql-query-editor'
    await page.locator(`${editor} .monaco-editor:visible`).first().click()
    await page.keyboard.press('ControlOrMeta+A')
    await page.evaluate((pasted) => navigator.clipboard.writeText(pasted), text)
    await page.keyboard.press('ControlOrMeta+V')
  }

  it('go from registering over me to the sessions in GraphiQL', async () => {
    const page = await openPage(person, `${url}/graphql`)
    const { register } = await run(page, 'displayName', 'Register')
    expect(register.user.email).toBe('ada@example.com')
    await page.getByText(/^Signed in as .*ada@example\.com/).waitFor()
    await page.locator('.graphiql-tab-button', { hasText: /^Me$/ }).click()
    expect((await run(page, 'emailVerified')).me).toMatchObject({ email: 'ada@example.com', role: 'USER' })

    await page.locator('.graphiql-tab-button', { hasText: /^Sessions$/ }).click()
    const { sessions } = await run(page, 'totalCount', 'Sessions')
    expect(sessions.nodes).toMatchObject([{ id: register.session.id }])
    await page.screenshot({ path: join(tmpdir(), 'gatehouse-graphiql.png') })
    expect(await storedIn(page)).not.toMatch(/eyJ|gh[rod]_/)

    await page.locator('.graphiql-tab-button', { hasText: /^Refresh$/ }).click()
    const { refresh } = await run(page, 'expiresIn')
    expect(refresh.tokens.accessToken).not.toBe(register.tokens.accessToken)
    await page.locator('.graphiql-tab-button', { hasText: /^Me$/ }).click()
    expect((await run(page, 'emailVerified')).me).toMatchObject({ email: 'ada@example.com' })
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText(/^Signed in as/).waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: /^Execute query/ }).click()
    await page.locator('.graphiql-response').getByText('null').first().waitFor()
    expect(abroad).toEqual([])
  })

  it('find the mail in the mailbox', async () => {
    const mailbox = await openPage(person, `${url}/dev/mailbox`)
    await mailbox.getByRole('heading', { name: 'Confirm your e-mail address' }).waitFor()
    await mailbox.frameLocator('iframe').getByText('Confirm').first().waitFor()
    const link = await mailbox.locator('main ul a').first().getAttribute('href')
    await mailbox.screenshot({ path: join(tmpdir(), 'gatehouse-mailbox.png') })
    const token = tokenIn(link ?? '')
    const page = await openPage(person, `${url}/graphql`)
    await page.getByRole('button', { name: 'New tab' }).click()
    await write(
      page,
      'Query Editor',
      `mutation { verifyEmail(input: { token: "${token}" }) { ... on VerifyEmailSuccess { user { emailVerified } } } }`,
    )
    expect((await run(page, 'emailVerified')).verifyEmail).toEqual({ user: { emailVerified: true } })
    expect(abroad).toEqual([])
  })

  it('add an authenticator app in GraphiQL, and sign in with its code', async () => {
    const page = await openPage(person, `${url}/graphql`)
    // The browser remembers which tab was open.
    await page.locator('.graphiql-tab-button', { hasText: /^Register$/ }).click()
    await run(page, 'displayName', 'Login')
    await page.getByText(/^Signed in as .*ada@example\.com/).waitFor()
    await page.locator('.graphiql-tab-button', { hasText: /^Factors$/ }).click()
    const { secret } = (await run(page, 'otpauth', 'StartApp')).startTotpEnrolment
    const query = graphiqlTabs.find((tab) => tab.query.includes('StartApp'))?.query ?? ''
    const writeCode = (steps: number) =>
      write(
        page,
        'Query Editor',
        query.replaceAll('123456', totpCode({ clock: systemClock }, { secret }, steps)),
      )
    expect((await run(page, 'INVALID_CODE', 'ConfirmApp')).confirmTotp.code).toBe('INVALID_CODE')
    await writeCode(0)
    expect((await run(page, 'recoveryCodes', 'ConfirmApp')).confirmTotp.recoveryCodes).toHaveLength(10)
    expect((await run(page, 'methods', 'SignIn')).login.methods).toContain('TOTP')
    await writeCode(1)
    const { session } = (await run(page, 'AAL2', 'Complete')).completeMfaChallenge
    expect(session).toEqual({ authenticationMethods: ['pwd', 'otp', 'mfa'], assuranceLevel: 'AAL2' })
    expect((await run(page, 'secondStepRequired', 'RemoveApp')).removeTotp.factors).toEqual({
      secondStepRequired: false,
    })
    expect(abroad).toEqual([])
  })
})

/** Whether GraphiQL sent that operation, or without a name any. The page itself sends others at any time. */
function isOperation(request: Request, name?: string): boolean {
  const body = request.method() === 'POST' ? (request.postData() ?? '') : ''
  if (name !== undefined) return body.includes(`"operationName":"${name}"`)
  return body !== '' && !body.includes('__schema')
}
