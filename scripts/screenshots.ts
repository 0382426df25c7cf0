// Takes the pictures of README.md with Chromium: `npm run screenshots` (CHROMIUM names another program).
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BrowserContext, chromium } from 'playwright-core'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Another port than the default, which may be in use; mails show the default. */
const url = 'http://localhost:4990'
const browserOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
}

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-screenshots-'))
const service = spawn(process.execPath, ['dist/server/lib/main.js'], {
  cwd: root,
  env: {
    ...process.env,
    PORT: '4990',
    PUBLIC_URL: 'http://localhost:4000',
    DATA_DIR: folder,
    LOG_LEVEL: 'error',
  },
  stdio: 'inherit',
})
const browser = await chromium.launch(browserOptions)
try {
  await untilReady()
  const context = await browser.newContext({ viewport: { width: 1120, height: 480 } })
  await takeGraphiql(context)
  await takeMailbox(context)
  await takeSignUp(context)
} finally {
  await browser.close()
  service.kill()
  await rm(folder, { recursive: true, force: true })
}

async function untilReady(): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const ready = await fetch(`${url}/health/ready`).catch(() => null)
    if (ready?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error('The service is not ready after a minute.')
}

/** The first tab, after Register has run. */
async function takeGraphiql(context: BrowserContext): Promise<void> {
  const page = await context.newPage()
  await page.goto(`${url}/graphql`)
  await page.getByRole('button', { name: /^Execute query/ }).click()
  await page.getByRole('menuitem', { name: 'Register', exact: true }).click()
  await page.locator('.graphiql-response').getByText('accessToken').first().waitFor()
  await page.getByText(/^Signed in as/).waitFor()
  await page.screenshot({ path: join(root, 'docs/images/graphiql.png') })
}

/** The mail that Register has caused. */
async function takeMailbox(context: BrowserContext): Promise<void> {
  const page = await context.newPage()
  await page.setViewportSize({ width: 1000, height: 620 })
  await page.goto(`${url}/dev/mailbox`)
  await page.frameLocator('iframe').getByText('Confirm').first().waitFor()
  await page.screenshot({ path: join(root, 'docs/images/mailbox.png') })
}

/** The hosted page for registration, while a password is typed. */
async function takeSignUp(context: BrowserContext): Promise<void> {
  const page = await context.newPage()
  await page.setViewportSize({ width: 1000, height: 640 })
  await page.goto(`${url}/sign-up`)
  await page.getByLabel('E-mail address').fill('ada@example.com')
  await page.getByLabel('Password', { exact: true }).fill('Correct-Horse-42!')
  await page.getByText('strong', { exact: true }).waitFor()
  await page.screenshot({ path: join(root, 'docs/images/sign-up.png') })
}
