import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
  type Request,
} from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject } from 'vitest'
import { listen } from '../../../src/http/listen.ts'
import { Closer } from '../../../src/lib/concurrency/closer.ts'
import { silentLogger } from '../../../src/lib/observation/logger.ts'
import { eventually, patienceMs } from '../../support/eventually.ts'
import { freePort } from '../../support/free-port.ts'
import { createTestApp, type TestApp } from '../../support/test-app.ts'
import { servePages } from './page-server.ts'

/** The service on real sockets with a manual clock, pages on another port of the same site, and a browser. */
export interface Stage {
  readonly test: TestApp
  /** The origin that pages use: http://localhost and the port. */
  readonly serviceUrl: string
  readonly pagesUrl: string
  /** Opens a browser with its own cookies and tabs. */
  openBrowser(options?: BrowserContextOptions): Promise<BrowserContext>
}

export interface StageOptions {
  /** Writes pages that call the service at the url into the folder. */
  readonly build: (folder: string, url: string) => void | Promise<void>
  readonly env?: Readonly<Record<string, string>>
}

/** One stage for all tests of a file. */
export function browserStage(options: StageOptions): () => Stage {
  const closer = new Closer()
  let stage: Stage | null = null
  const hasBrowser = inject('chromium') !== null
  beforeAll(async () => {
    if (hasBrowser) stage = await openStage(options, closer)
  })
  afterAll(() => closer.close())
  return () => {
    if (stage === null) throw new Error('The stage is only available inside tests and hooks.')
    return stage
  }
}

async function openStage({ build, env = {} }: StageOptions, closer: Closer): Promise<Stage> {
  const pages = await servePages()
  closer.add('pages', () => pages.close())
  const pagesUrl = `http://localhost:${pages.port}`
  const port = await freePort()
  const serviceUrl = `http://localhost:${port}`
  const test = await createTestApp({
    env: { PUBLIC_URL: serviceUrl, APP_URL: pagesUrl, CORS_ORIGINS: pagesUrl, DEV_MAILBOX: 'on', ...env },
  })
  closer.add('service', () => test.close())
  const { app } = test
  const listening = await listen({
    app,
    hosts: ['127.0.0.1'],
    port,
    logger: silentLogger,
    drainNoticeSeconds: 0,
    drainSeconds: 0,
  })
  closer.add('http', () => listening.close())
  pages.folder = await mkdtemp(join(tmpdir(), 'gatehouse-pages-'))
  closer.add('folder', () => rm(pages.folder, { recursive: true, force: true }))
  await build(pages.folder, `${serviceUrl}/graphql`)
  const browser = await openChromium()
  closer.add('browser', () => browser.close())
  return {
    test,
    serviceUrl,
    pagesUrl,
    async openBrowser(options = {}) {
      const context = await browser.newContext(options)
      context.setDefaultTimeout(patienceMs)
      return context
    },
  }
}

/** A connection to the browser that all test files share. Closing it closes its contexts. */
export async function openChromium(): Promise<Browser> {
  const url = inject('chromium')
  if (url === null) throw new Error('No browser is installed.')
  return chromium.connect(url)
}

export async function openPage(browser: BrowserContext, url: string): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(url)
  return page
}

/** Whether a request is a POST whose body contains the field. */
export function asksFor(request: Request, field: string): boolean {
  return request.method() === 'POST' && new RegExp(`\\b${field}\\b`).test(request.postData() ?? '')
}

/**
 * Counts the requests that the browser sends from now on that ask for the field. One that the page gave up because its
 * answer took too long is not counted: it sends another.
 */
export function countRequests(browser: BrowserContext, field: string): { count: number } {
  const counted = { count: 0 }
  browser.on('request', (request) => {
    if (asksFor(request, field)) counted.count += 1
  })
  browser.on('requestfailed', (request) => {
    if (asksFor(request, field)) counted.count -= 1
  })
  return counted
}

/**
 * Holds each refresh that a tab sends during the work until another tab of the browser waits for its end, so that both have met the
 * expired token.
 */
export async function holdingRefreshes(browser: BrowserContext, work: () => Promise<void>): Promise<void> {
  await browser.route('**/graphql', async (route) => {
    const [tab] = browser.pages()
    if (/\bmutation Refresh\b/.test(route.request().postData() ?? '') && tab !== undefined)
      await eventually(async () => expect(await waitingTabs(tab)).toBe(1))
    await route.continue()
  })
  try {
    await work()
  } finally {
    await browser.unrouteAll({ behavior: 'ignoreErrors' })
  }
}

/** The number of tabs that wait for a lock which another tab has for signing in, out or for a refresh. */
function waitingTabs(tab: Page): Promise<number> {
  return tab.evaluate(async () => {
    const { held = [], pending = [] } = await navigator.locks.query()
    const names = held.map(({ name = '' }) => name).filter((name) => !name.startsWith('gatehouse events'))
    return pending.filter(({ name = '' }) => names.includes(name)).length
  })
}

/** Everything that a malicious script in the page could read from storage. */
export async function storedIn(page: Page): Promise<string> {
  return page.evaluate(async () =>
    JSON.stringify({
      cookie: document.cookie,
      local: { ...localStorage },
      session: { ...sessionStorage },
      databases: await indexedDB.databases(),
      caches: await caches.keys(),
      name: window.name,
      history: history.state,
      url: location.href,
    }),
  )
}

/** Skips the tests if no browser is installed; global-setup.ts prints a warning. */
export const describeInBrowser = describe.skipIf(inject('chromium') === null)
