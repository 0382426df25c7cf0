import { describe, expect, it } from 'vitest'
import { OtpauthTotp } from '../../src/adapters/totp/otpauth-totp.ts'
import { readTotpCode } from '../../src/domain/factors/totp.ts'

const totp = new OtpauthTotp()
const secret = new Uint8Array(Buffer.from('12345678901234567890'))
const at = (seconds: number) => new Date(seconds * 1000)

/** RFC 6238, appendix B, SHA-1: time, time step, and the last six of the eight digits. */
const vectors = [
  [59, 0x1, '287082'],
  [1_111_111_109, 0x23523ec, '081804'],
  [1_111_111_111, 0x23523ed, '050471'],
  [1_234_567_890, 0x273ef07, '005924'],
  [2_000_000_000, 0x3f940aa, '279037'],
  [20_000_000_000, 0x27bc86aa, '353130'],
] as const

describe('codes of authenticator apps', () => {
  it.each(vectors)('match the vector of RFC 6238 for %i s', (seconds, step, code) => {
    expect(totp.findStep(secret, code, at(seconds))).toBe(step)
  })

  it.each(vectors)(
    'are found one step early and late, and no further, around %i s',
    (seconds, step, code) => {
      for (const offset of [-30, 30]) expect(totp.findStep(secret, code, at(seconds + offset))).toBe(step)
      for (const offset of [-60, 60]) expect(totp.findStep(secret, code, at(seconds + offset))).toBeNull()
    },
  )

  it('are not found for another secret', () => {
    expect(totp.findStep(new Uint8Array(20), '287082', at(59))).toBeNull()
  })

  it('are described for apps without a remote service', () => {
    const described = totp.describe(secret, { issuer: 'Gate & House: Äpp', label: 'ada+x@example.com' })
    expect(described.secret).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
    const uri = new URL(described.uri)
    expect(uri.protocol).toBe('otpauth:')
    expect(decodeURIComponent(uri.pathname)).toBe('/Gate & House: Äpp:ada+x@example.com')
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      issuer: 'Gate & House: Äpp',
      secret: described.secret,
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    })
    expect(described.qrCodeSvg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox=/)
    expect(described.qrCodeSvg.match(/https?:\/\/[^"]+/g)).toEqual(['http://www.w3.org/2000/svg'])
    expect(described.qrCodeSvg).not.toMatch(/<script|<image|href/)
  })

  it('are read with blanks, and nothing else', () => {
    expect(readTotpCode(' 123 456\n')).toBe('123456')
    for (const text of ['', '12345', '1234567', '12345a', '１２３４５６', '123456'.padEnd(100)])
      expect(readTotpCode(text)).toBeNull()
  })
})
