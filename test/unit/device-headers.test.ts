import { describe, expect, it } from 'vitest'
import {
  cleanUserAgent,
  readLanguage,
  readMobile,
  readPlatform,
} from '../../src/http/request/device-headers.ts'

describe('headers about the device', () => {
  it('lose what does not show, and end somewhere', () => {
    expect(cleanUserAgent('a\u0000\u202eb\u2066c\u200f\u2028d')).toBe('abcd')
    expect(cleanUserAgent('x'.repeat(10_240))).toHaveLength(512)
    expect(cleanUserAgent('\u202e')).toBeNull()
    expect(readPlatform(`"${'x'.repeat(10_240)}"`)).toHaveLength(32)
    expect(readPlatform('"Win\u0000do\u202ews"')).toBe('Windows')
  })

  it.each([
    ['"Chrome OS"', 'Chrome OS'],
    ['Windows', 'Windows'],
    ['"Un\\"usual"', 'Unusual'],
    ['""', null],
    [null, null],
  ])('give the platform of %j', (header, platform) => {
    expect(readPlatform(header)).toBe(platform)
  })

  it.each([
    ['?1', true],
    ['?0', false],
    ['1', null],
    ['', null],
    [null, null],
  ])('give whether it is mobile of %j', (header, mobile) => {
    expect(readMobile(header)).toBe(mobile)
  })

  it.each([
    ['de-CH,fr;q=0.9', 'de'],
    ['EN', 'en'],
    [' pt ;q=0.5', 'pt'],
    ['*', null],
    ['d', null],
    ['deutschland-CH', null],
    ['\u202ede', null],
    ['x'.repeat(10_240), null],
    [null, null],
  ])('give the language of %j', (header, language) => {
    expect(readLanguage(header)).toBe(language)
  })
})
