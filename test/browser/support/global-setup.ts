import { existsSync } from 'node:fs'
import type { TestProject } from 'vitest/node'
import { build } from '../../../scripts/build.mjs'
import { appNames, runIn } from './example-apps.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the browser's executable; null if none is installed. */
    chromium: string | null
  }
}

/** Builds once what the pages consist of: the service, the client package, and the dependencies of the example apps. */
export default function setup(project: TestProject): void {
  const chromium = findChromium()
  project.provide('chromium', chromium)
  if (chromium === null) {
    reportMissingBrowser()
    return
  }
  build()
  for (const name of appNames) {
    runIn(name, ['ci'])
    runIn(name, ['run', 'typecheck'])
  }
}

/** The path in CHROMIUM, or a usual location. */
function findChromium(): string | null {
  const candidates = [
    process.env.CHROMIUM,
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
