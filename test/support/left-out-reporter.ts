import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Reporter } from 'vitest/node'

/** Names at the end of a run which folders were left out because there are no servers. */
export class LeftOutReporter implements Reporter {
  readonly #folders: readonly string[]
  readonly #print: (text: string) => void

  constructor(folders: readonly string[], print: (text: string) => void = console.warn) {
    this.#folders = folders
    this.#print = print
  }

  onTestRunEnd(modules: readonly { readonly moduleId: string }[]): void {
    // The command line named the folders to run.
    const isWholeRun = new Set(modules.map(({ moduleId }) => dirname(moduleId))).size > 1
    if (isWholeRun) this.#print(leftOutNotice(this.#folders))
  }
}

function leftOutNotice(folders: readonly string[]): string {
  const counted = folders.map((folder) => `${folder} (${countTests(folder)} files)`)
  const lines = [
    `NOT RUN: ${counted.join(' and ')}. These tests require PostgreSQL and Redis.`,
    'All other tests ran on the embedded database only. To run everything, set the variables:',
    '  TEST_DATABASE_URL=postgres://postgres@127.0.0.1:5432/postgres TEST_REDIS_URL=redis://127.0.0.1:6379 npm test',
    'Or run .ci/run, which starts temporary servers.',
  ]
  const bar = '!'.repeat(80)
  return ['', bar, ...lines, bar, ''].join('\n')
}

function countTests(folder: string): number {
  return readdirSync(folder).filter((name) => name.endsWith('.test.ts')).length
}
