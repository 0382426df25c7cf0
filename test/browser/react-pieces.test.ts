import { readFile, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'
import type { BrowserContext } from 'playwright-core'
import { expect, it } from 'vitest'
import type { Transport } from '../../src/clients/client.ts'
import { signIn, signUp } from '../support/people.ts'
import { nextCode, totpCode } from '../support/second-steps.ts'
import { goodPassword } from '../support/test-app.ts'
import { browserStage, describeInBrowser, openPage } from './support/stage.ts'

const stage = browserStage({ build: buildReactPages, env: { MFA: 'privileged' } })

/** Writes a page for each version of React, with its development build, which complains about misuse. */
async function buildReactPages(folder: string, url: string): Promise<void> {
  await buildShortestApp(folder, url)
  for (const [version, alias] of Object.entries({
    18: { react: 'react-18', 'react-dom': 'react-dom-18' },
    19: {},
  })) {
    await build({
      entryPoints: ['test/browser/pages/react-pieces.ts'],
      bundle: true,
      format: 'iife',
      target: 'es2022',
      define: { 'process.env.NODE_ENV': '"development"' },
      alias,
      outfile: `${folder}/react-${version}.js`,
    })
    const html = `<!doctype html><title>React ${version}</title><body><script src="/react-${version}.js"></script>`
    await writeFile(`${folder}/react-${version}.html`, html)
  }
}

/** Writes a page with the application at the beginning of docs/clients.md. */
async function buildShortestApp(folder: string, url: string): Promise<void> {
  const [, code = ''] = /```tsx\n([\s\S]*?)```/.exec(await readFile('docs/clients.md', 'utf8')) ?? []
  await build({
    stdin: { contents: code.replace('http://localhost:4000/graphql', url), resolveDir: 'src', loader: 'tsx' },
    bundle: true,
    format: 'iife',
    jsx: 'automatic',
    jsxImportSource: 'react',
    tsconfigRaw: {},
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: {
      'gatehouse-client': './src/clients/client.ts',
      'gatehouse-client/react': './src/clients/react.ts',
    },
    outfile: `${folder}/shortest.js`,
  })
  await writeFile(`${folder}/shortest.html`, '<!doctype html><body><script src="/shortest.js"></script>')
}

async function openReactPage(person: BrowserContext, version: string, transport: Transport, email: string) {
  const hash = encodeURIComponent(`${email} ${goodPassword}`)
  const page = await openPage(person, `${stage().pagesUrl}/react-${version}.html#${hash}`)
  await page.evaluate(([url, tokenTransport]) => window.startReactPage(url, tokenTransport), [
    `${stage().serviceUrl}/graphql`,
    transport,
  ] as const)
  const press = (name: string) => page.getByRole('button', { name, exact: true }).first().click()
  const sees = (text: string) => page.getByText(text, { exact: true }).waitFor()
  const rows = (count: number) => page.locator(`ol:has(> li:nth-child(${count}):last-child)`).waitFor()
  return { page, press, sees, rows }
}

describeInBrowser.each([
  ['18', 'HYBRID'],
  ['19', 'COOKIE'],
] as const)('the pieces for React %s with %s', (version, transport) => {
  it('hydrate, sign in and out, list and end sessions, and follow the other tab', async () => {
    const { email } = await signUp(stage().test.actor())
    for (let count = 0; count < 2; count += 1) await signIn(stage().test.actor(), email)
    const person = await stage().openBrowser()
    const first = await openReactPage(person, version, transport, email)
    const second = await openReactPage(person, version, transport, email)
    await first.sees('signed-out')
    await second.sees('signed-out')
    await first.press('Sign in')
    for (const tab of [first, second]) {
      await tab.sees('signed-in')
      await tab.sees(email)
      await tab.rows(4)
    }
    await first.press('End')
    await first.rows(3)
    await first.press('End others')
    await first.rows(1)
    await second.press('Sign out')
    await first.sees('signed-out')
    await second.sees('signed-out')
    const errors = [first, second].map(({ page }) => page.evaluate(() => window.reactPage.errors))
    expect((await Promise.all(errors)).flat()).toEqual([])
  })

  it('take the second step of a sign-in, and enrol the factor that it requires', async () => {
    const { test } = stage()
    const user = await signUp(test.actor())
    const enrolFactorBy = test.clock.now()
    await test.database.client.user.update({
      where: { id: user.userId },
      data: { role: 'MODERATOR', enrolFactorBy },
    })
    const person = await stage().openBrowser()
    const tab = await openReactPage(person, version, transport, user.email)
    const prove = async (name: string, code: string) => {
      await tab.page.getByLabel('Code').fill(code)
      await tab.press(name)
    }
    await tab.press('Sign in')
    await tab.sees('MfaEnrolmentRequired')
    await tab.press('Set up')
    const secret = await tab.page.locator('output', { hasText: /^[A-Z2-7]{32}$/ }).innerText()
    await prove('Confirm', '000000')
    await tab.sees('INVALID_CODE')
    await prove('Confirm', totpCode(test, { secret }))
    await tab.sees('10 codes')
    await tab.sees('signed-out')
    await tab.press('Finish')
    await tab.sees('signed-in')
    await tab.press('Sign out')
    await tab.press('Sign in')
    await tab.sees('MfaChallenge')
    await prove('Prove', '000000')
    await tab.sees('INVALID_CODE')
    await tab.press('Cancel')
    await tab.press('Sign in')
    await prove('Prove', nextCode(test, { secret }))
    await tab.sees('signed-in')
    expect(await tab.page.evaluate(() => window.reactPage.errors)).toEqual([])
  })

  it('report an outage, and recover', async () => {
    const { email } = await signUp(stage().test.actor())
    const person = await stage().openBrowser()
    await person.route('**/graphql', (route) => route.abort())
    const tab = await openReactPage(person, version, transport, email)
    await tab.sees('unavailable')
    await person.unroute('**/graphql')
    await tab.press('Reload')
    await tab.sees('signed-out')
  })
})

describeInBrowser('the application at the beginning of docs/clients.md', () => {
  it('signs in, keeps the session over a reload, and signs out', async () => {
    const { email } = await signUp(stage().test.actor())
    const page = await openPage(await stage().openBrowser(), `${stage().pagesUrl}/shortest.html`)
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password').fill('Wrong-Horse-42!')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page
      .getByRole('alert')
      .filter({ hasText: /password/ })
      .waitFor()
    await page.getByLabel('Password').fill(goodPassword)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: /^Hello/ }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: /^Hello/ }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Password').waitFor()
  })
})
