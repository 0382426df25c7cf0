import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { build } from '../../../scripts/build.mjs'
import { prepareApps } from './example-apps.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the browser that all test files share; null if none is installed. */
    chromium: string | null
  }
}

/** Disables Chromium's own background requests, which fail on a machine without a network. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Prepares once what the pages consist of: service, client package, packages of the example apps. Starts the browser. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const executablePath = findChromium()
  if (executablePath === null) {
    project.provide('chromium', null)
    reportMissingBrowser()
    return undefined
  }
  build()
  await prepareApps()
  const browser = await chromium.launchServer({ executablePath, args: flags })
  project.provide('chromium', browser.wsEndpoint())
  return () => browser.close()
}

/** The path in CHROMIUM, or a usual location. First the Chromium that has no window, which takes two thirds of the time. */
function findChromium(): string | null {
  const candidates = [
    process.env.CHROMIUM,
    '/usr/bin/chromium-headless-shell',
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ]
  return candidates.find((path) => path !== undefined && existsSync(path)) ?? null
}

/** @throws with BROWSER_TESTS=required, so that CI cannot skip the tests */
function reportMissingBrowser(): void {
  const message =
    'NO CHROMIUM FOUND: ALL BROWSER TESTS ARE SKIPPED. Install one, or set CHROMIUM to its path.'
  if (process.env.BROWSER_TESTS === 'required') throw new Error(message)
  console.warn(`\n${'!'.repeat(message.length)}\n${message}\n${'!'.repeat(message.length)}\n`)
}
