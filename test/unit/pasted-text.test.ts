import { describe, expect, it } from 'vitest'
import { trimPasted, withoutBlanks } from '../../src/lib/text/pasted-text.ts'

describe('pasted text', () => {
  it('is trimmed of whitespace and invisible characters around it, not inside', () => {
    expect(trimPasted('\ufeff\u200b \r\n ada@example.com\u00ad\u2060\t\n')).toBe('ada@example.com')
    expect(trimPasted('two  words')).toBe('two  words')
    expect(trimPasted(' \n\u200b')).toBe('')
    expect(trimPasted('')).toBe('')
    expect(withoutBlanks(' gho_\r\n abc\u200b ')).toBe('gho_abc')
  })

  // A regular expression that looks for blanks at the end takes minutes here: one request would stop the process.
  it('is trimmed in linear time', () => {
    const text = `a${' '.repeat(400_000)}b`
    expect(trimPasted(` ${text} `)).toBe(text)
  })
})
