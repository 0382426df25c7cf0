import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('the option for the growth of the heap is one that V8 knows', () => {
  const source = readFileSync(new URL('../../src/process/heap-growth.ts', import.meta.url), 'utf8')
  const [, option = 'none'] = /setFlagsFromString\('(--[a-z-]+)=\d+'\)/.exec(source) ?? []
  expect(execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })).toContain(`  ${option} (`)
})
