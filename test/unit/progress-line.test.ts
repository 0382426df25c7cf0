import { describe, expect, it } from 'vitest'
import { createProgressLine, progressBar } from '../../src/cli/progress-line.ts'

describe('the progress of a command', () => {
  it('replaces its own line, and is erased before other output', () => {
    const written: string[] = []
    const line = createProgressLine({ write: (text) => written.push(text) })
    expect(line.clear()).toBe('')
    line.show('one')
    line.show('two\u001b[2J')
    expect(written).toEqual(['\r\u001b[Kone', '\r\u001b[Ktwo\\u001b[2J'])
    expect([line.clear(), line.clear()]).toEqual(['\r\u001b[K', ''])
  })

  it('is a bar of fixed width', () => {
    expect(progressBar(0, 10)).toBe(`[${'-'.repeat(30)}]   0 %`)
    expect(progressBar(1, 2)).toBe(`[${'#'.repeat(15)}${'-'.repeat(15)}]  50 %`)
    expect(progressBar(0, 0)).toBe(`[${'#'.repeat(30)}] 100 %`)
  })
})
