import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Closer } from '../../src/lib/closer.ts'
import { freePort } from '../support/free-port.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { describeInBrowser, openChromium, openPage } from './support/stage.ts'

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
    const answered = page.waitForResponse((response) => {
      const request = response.request()
      return request.method() === 'POST' && !request.postData()?.includes('__schema')
    })
    await page.getByRole('button', { name: /^Execute query/ }).click()
    if (operation !== undefined) await page.getByRole('menuitem', { name: operation, exact: true }).click()
    const { data } = await (await answered).json()
    await page.locator('.graphiql-response').getByText(shown).first().waitFor()
    return data
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
    const bearer = JSON.stringify({ Authorization: `Bearer ${register.tokens.accessToken}` })

    await page.locator('.graphiql-tab-button', { hasText: /^Me$/ }).click()
    await write(page, 'Headers', bearer)
    expect((await run(page, 'emailVerified')).me).toMatchObject({ email: 'ada@example.com', role: 'USER' })

    await page.locator('.graphiql-tab-button', { hasText: /^Sessions$/ }).click()
    await write(page, 'Headers', bearer)
    const { sessions } = await run(page, 'totalCount', 'Sessions')
    expect(sessions.nodes).toMatchObject([{ id: register.session.id }])
    await page.screenshot({ path: join(tmpdir(), 'gatehouse-graphiql.png') })
    expect(abroad).toEqual([])
  })

  it('find the mail in the mailbox', async () => {
    const mailbox = await openPage(person, `${url}/dev/mailbox`)
    await mailbox.getByRole('heading', { name: 'Confirm your e-mail address' }).waitFor()
    await mailbox.frameLocator('iframe').getByText('Confirm').first().waitFor()
    const link = await mailbox.locator('main ul a').first().getAttribute('href')
    await mailbox.screenshot({ path: join(tmpdir(), 'gatehouse-mailbox.png') })
    const token = new URL(link ?? '').searchParams.get('token')
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
})
