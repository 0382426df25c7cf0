import { describe, expect, it } from 'vitest'
import { LeftOutReporter } from '../support/left-out-reporter.ts'

describe('the notice at the end of a run without servers', () => {
  const printedAfter = (...files: string[]) => {
    const printed: string[] = []
    const reporter = new LeftOutReporter(['test/degraded', 'test/processes'], (text) => printed.push(text))
    reporter.onTestRunEnd(files.map((moduleId) => ({ moduleId })))
    return printed.join('\n')
  }

  it('names the folders that were left out, with the number of files, and how to run them', () => {
    const notice = printedAfter('/app/test/api/login.test.ts', '/app/test/unit/config.test.ts')
    expect(notice).toMatch(
      /NOT RUN: test\/degraded \([1-9]\d* files\) and test\/processes \([1-9]\d* files\)\./,
    )
    expect(notice).toContain('TEST_DATABASE_URL=')
    expect(notice).toContain('TEST_REDIS_URL=')
  })

  it('is not printed for files of one folder', () => {
    expect(printedAfter('/app/test/api/login.test.ts', '/app/test/api/logout.test.ts')).toBe('')
  })
})
