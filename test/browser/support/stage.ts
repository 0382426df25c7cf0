import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, inject } from 'vitest'
import { listen } from '../../../src/http/http-server.ts'
import { Closer } from '../../../src/lib/closer.ts'
import { silentLogger } from '../../../src/lib/logger.ts'
import { freePort } from '../../support/free-port.ts'
import { createTestApp, type TestApp } from '../../support/test-app.ts'
import { servePages } from './page-server.ts'

/** Without its own calls home, which a machine without a network refuses by the dozen. */
const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** For what a page shows at last. A busy machine is no reason to fail. */
const PATIENCE_MS = 20_000

/** The service on real sockets with a clock of the test, pages at another port of the same site, and a browser. */
export interface Stage {
  readonly test: TestApp
  /** As pages call it: http://localhost and its port. */
  readonly serviceUrl: string
  readonly pagesUrl: string
  /** Somebody's browser: his cookies, his tabs. */
  person(options?: { readonly userAgent?: string }): Promise<BrowserContext>
}

export interface StageOptions {
  /** Puts the pages into the folder, which call the service at the url. */
  readonly build: (folder: string, url: string) => void | Promise<void>
  readonly env?: Readonly<Record<string, string>>
}

/** One for all tests of a file. */
export function browserStage(options: StageOptions): () => Stage {
  const closer = new Closer()
  let stage: Stage | null = null
  const isHere = inject('chromium') !== null
  beforeAll(async () => {
    if (isHere) stage = await openStage(options, closer)
  })
  afterAll(() => closer.close())
  return () => {
    if (stage === null) throw new Error('The stage opens before the first test.')
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
  const listening = await listen({ app, hosts: ['127.0.0.1'], port, logger: silentLogger, drainSeconds: 0 })
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
    async person(options = {}) {
      const person = await browser.newContext(options)
      person.setDefaultTimeout(PATIENCE_MS)
      return person
    },
  }
}

export async function openChromium(): Promise<Browser> {
  const program = inject('chromium')
  if (program === null) throw new Error('There is no browser here.')
  return chromium.launch({ executablePath: program, args: chromiumFlags })
}

export async function openPage(person: BrowserContext, url: string): Promise<Page> {
  const page = await person.newPage()
  await page.goto(url)
  return page
}

/** How many requests the browser has sent from now on whose body names the field. */
export function countRequests(person: BrowserContext, field: string): { count: number } {
  const counted = { count: 0 }
  person.on('request', (request) => {
    if (request.method() === 'POST' && new RegExp(`\\b${field}\\b`).test(request.postData() ?? ''))
      counted.count += 1
  })
  return counted
}

/** Whatever a script of a stranger in the page could read of what is stored. */
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

/** Where there is no browser, its tests are skipped; global-setup.ts has said so, loudly. */
export const describeInBrowser = describe.skipIf(inject('chromium') === null)
