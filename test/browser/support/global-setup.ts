import { existsSync } from 'node:fs'
import type { TestProject } from 'vitest/node'
import { build } from '../../../scripts/build.mjs'
import { appNames, runIn } from './example-apps.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The browser's program; null where there is none. */
    chromium: string | null
  }
}

/** Builds what the pages are made of, once: the service, its client pieces, and what the example apps need. */
export default function setup(project: TestProject): void {
  const chromium = findChromium()
  project.provide('chromium', chromium)
  if (chromium === null) {
    tellOfNone()
    return
  }
  build()
  for (const name of appNames) {
    runIn(name, ['ci'])
    runIn(name, ['run', 'typecheck'])
  }
}

/** CHROMIUM, or where systems put it. */
function findChromium(): string | null {
  const programs = [
    process.env.CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ]
  return programs.find((program) => program !== undefined && existsSync(program)) ?? null
}

/** @throws where BROWSER_TESTS=required: nothing that has to run may be skipped. */
function tellOfNone(): void {
  const message =
    'THERE IS NO CHROMIUM HERE: EVERY TEST IN A BROWSER IS SKIPPED. Install one, or name it in CHROMIUM.'
  if (process.env.BROWSER_TESTS === 'required') throw new Error(message)
  console.warn(`\n${'!'.repeat(message.length)}\n${message}\n${'!'.repeat(message.length)}\n`)
}
