import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  generateRecoveryCode,
  readRecoveryCode,
  recoveryCodeCount,
} from '../../src/domain/factors/recovery-code.ts'

describe('recovery codes', () => {
  it('have a number and 80 random bits, without characters that are misread', () => {
    const codes = Array.from({ length: 500 }, (_, index) =>
      generateRecoveryCode((index % recoveryCodeCount) + 1),
    )
    for (const code of codes) expect(code).toMatch(/^(10|[1-9])(-[0-9A-HJKMNP-TV-Z]{4}){4}$/)
    const secrets = codes.map((code) => code.replace(/^\d+-/, ''))
    expect(new Set(secrets).size).toBe(codes.length)
    const charactersAt = (place: number) =>
      new Set(secrets.map((secret) => secret.replaceAll('-', '')[place]))
    for (let place = 0; place < 16; place += 1) expect(charactersAt(place).size).toBeGreaterThan(24)
  })

  it('are read without regard to case, blanks, hyphens and similar characters', () => {
    const read = { number: 10, text: '100123456789ABCDEF' }
    const spellings = [
      '10-0123-4567-89AB-CDEF',
      '10-0123-4567-89ab-cdef',
      ' 10 0123 4567 89AB CDEF\n',
      '100123456789abcdef',
      'IO-OI23-4567-89AB-CDEF',
      'lo-ol23-4567-89ab-cdef',
      '10–0123—4567‐89AB−CDEF',
    ]
    for (const spelling of spellings) expect(readRecoveryCode(spelling)).toEqual(read)
    expect(readRecoveryCode('1-0012-3456-789A-BCDE')).toEqual({ number: 1, text: '100123456789ABCDE' })
  })

  it('are null for anything else', () => {
    const texts = [
      '',
      '3',
      '0-0123-4567-89AB-CDEF',
      '11-0123-4567-89AB-CDEF',
      '3-0123-4567-89AB-CDE',
      '3-0123-4567-89AB-CDEFG',
      '3-0123-4567-89AB-CDEU',
      '3-0123-4567-89AB-CDE!',
      ` ${'3-0123-4567-89AB-CDEF'.padEnd(200)}`,
    ]
    for (const text of texts) expect(readRecoveryCode(text)).toBeNull()
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = readRecoveryCode(text)
        return read === null || /^(10|[1-9])[0-9A-HJKMNP-TV-Z]{16}$/.test(read.text)
      }),
    )
  })

  it('are read back as they were generated', () => {
    for (let number = 1; number <= recoveryCodeCount; number += 1) {
      const code = generateRecoveryCode(number)
      expect(readRecoveryCode(code)).toEqual({ number, text: code.replaceAll('-', '') })
    }
  })
})
