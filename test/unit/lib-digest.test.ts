import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deriveKey, equalDigests, hmacSha256, sha256 } from '../../src/lib/crypto/digest.ts'
import { randomBytes } from '../../src/lib/crypto/random.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('sha256', () => {
  it('returns the digest of FIPS 180-4, for text and for bytes', () => {
    const digest = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    expect(hex(sha256('abc'))).toBe(digest)
    expect(hex(sha256(new Uint8Array([97, 98, 99])))).toBe(digest)
  })
})

describe('hmacSha256', () => {
  it('gives the digest of RFC 4231, case 2', () => {
    expect(hex(hmacSha256('Jefe', 'what do ya want for nothing?'))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    )
  })
})

describe('equalDigests', () => {
  it('compares bytes, and says no to other lengths', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        expect(equalDigests(a, Uint8Array.from(a))).toBe(true)
        expect(equalDigests(a, b)).toBe(hex(a) === hex(b))
      }),
    )
  })
})

describe('deriveKey', () => {
  it('gives 32 bytes, the same for the same purpose, others for another', () => {
    const master = randomBytes(32)
    expect(deriveKey(master, 'a')).toHaveLength(32)
    expect(deriveKey(master, 'a')).toEqual(deriveKey(master, 'a'))
    expect(deriveKey(master, 'a')).not.toEqual(deriveKey(master, 'b'))
    expect(deriveKey(randomBytes(32), 'a')).not.toEqual(deriveKey(master, 'a'))
  })
})

describe('randomBytes', () => {
  it('gives as many as asked for, each time others', () => {
    expect(randomBytes(16)).toHaveLength(16)
    expect(randomBytes(16)).not.toEqual(randomBytes(16))
    expect(randomBytes(0)).toHaveLength(0)
  })
})
