import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { familyHash, firstOfNewFamily, RefreshTokenCodec } from '../../src/domain/tokens/refresh-token.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'

const pepper = (id: string, secret = `${id}-secret-0123456789abcdef`) => ({ id, secret: new Secret(secret) })
const codec = new RefreshTokenCodec([pepper('a')])
const token = fc.record({
  family: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Uint8Array.from(bytes)),
  generation: fc.integer({ min: 0, max: 0xffff_ffff }),
})

describe('RefreshTokenCodec', () => {
  it('opens what it has sealed, always in the same 80 characters', () => {
    fc.assert(
      fc.property(token, (written) => {
        const text = codec.seal(written)
        expect(text).toMatch(/^ghr_[A-Za-z0-9_-]{76}$/)
        expect(codec.seal(written)).toBe(text)
        expect(codec.open(text)).toEqual(written)
      }),
    )
  })

  it('opens nothing of which a single bit was turned', () => {
    fc.assert(
      fc.property(token, fc.nat({ max: 57 * 8 - 1 }), (written, bit) => {
        const bytes = Buffer.from(codec.seal(written).slice(4), 'base64url')
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
        expect(codec.open(`ghr_${bytes.toString('base64url')}`)).toBeNull()
      }),
      { numRuns: 500 },
    )
  })

  it('throws at no text and opens none that it has not sealed', () => {
    const alphabet = fc.stringMatching(/^ghr_[A-Za-z0-9_-]{76}$/)
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), alphabet), (text) => {
        expect(codec.open(text)).toBeNull()
      }),
    )
  })

  it('opens what any of its peppers has sealed and seals with the first', () => {
    fc.assert(
      fc.property(token, (written) => {
        const old = new RefreshTokenCodec([pepper('a')]).seal(written)
        const both = new RefreshTokenCodec([pepper('b'), pepper('a')])
        expect(both.open(old)).toEqual(written)
        expect(both.seal(written)).toBe(new RefreshTokenCodec([pepper('b')]).seal(written))
        expect(new RefreshTokenCodec([pepper('b')]).open(old)).toBeNull()
        expect(new RefreshTokenCodec([pepper('a', 'another-secret-of-that-id')]).open(old)).toBeNull()
      }),
    )
  })

  it('draws families that differ, and shows nothing of them at rest', () => {
    const [one, two] = [firstOfNewFamily(), firstOfNewFamily()]
    expect(one.generation).toBe(0)
    expect(one.family).toHaveLength(16)
    expect(one.family).not.toEqual(two.family)
    expect(familyHash(one.family)).toHaveLength(32)
    expect(Buffer.from(familyHash(one.family)).includes(Buffer.from(one.family))).toBe(false)
  })
})
