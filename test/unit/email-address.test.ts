import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxEmailLength, normaliseEmail } from '../../src/domain/users/email-address.ts'
import { isUsername, usernameKey } from '../../src/domain/users/username.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.emailAddress(),
  fc
    .tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), fc.domain())
    .map(([local, domain]) => `${local}@${domain}`),
)
const label = fc.stringMatching(/^[a-z0-9]{1,10}$/)
const plain = fc.tuple(label, label, label).map(([local, host, top]) => `${local}@${host}.${top}`)

describe('normaliseEmail', () => {
  it('throws at nothing, and answers addresses that fit', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const address = normaliseEmail(text)
        if (address === null) return
        expect(Buffer.byteLength(address)).toBeLessThanOrEqual(maxEmailLength)
        expect(address).not.toMatch(/\s|\0|\p{Surrogate}/u)
        expect(address.split('@')).toHaveLength(2)
      }),
    )
  })

  it('is idempotent', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const address = normaliseEmail(text)
        if (address !== null) expect(normaliseEmail(address)).toBe(address)
      }),
    )
  })

  it('ignores case, surrounding blanks and the Unicode form', () => {
    const blanks = fc.constantFrom('', ' ', '\t', '\r\n', '\u00a0')
    fc.assert(
      fc.property(plain, blanks, blanks, (address, before, after) => {
        expect(normaliseEmail(`${before}${address.toUpperCase()}${after}`)).toBe(address)
      }),
    )
    fc.assert(
      fc.property(anyText, (text) => {
        expect(normaliseEmail(text.normalize('NFD'))).toBe(normaliseEmail(text.normalize('NFC')))
      }),
    )
  })

  it('distinguishes plus-addresses, dots and look-alike letters', () => {
    fc.assert(
      fc.property(plain, label, (address, tag) => {
        const [local = '', domain = ''] = address.split('@')
        const tagged = normaliseEmail(`${local}+${tag}@${domain}`)
        expect(tagged).toBe(`${local}+${tag}@${domain}`)
        expect(tagged).not.toBe(normaliseEmail(address))
        expect(normaliseEmail(`${local}.${tag}@${domain}`)).not.toBe(
          normaliseEmail(`${local}${tag}@${domain}`),
        )
      }),
    )
    expect(normaliseEmail('аda@example.com')).not.toBe(normaliseEmail('ada@example.com'))
  })

  it('takes one address only, and nothing that would forge a header', () => {
    const hostile = fc.constantFrom('\r', '\n', '\0', ',', ';', '<', '>', '"', '(', ' ', '@')
    fc.assert(
      fc.property(plain, hostile, plain, (address, between, other) => {
        expect(normaliseEmail(`${address}${between}${other}`)).toBeNull()
      }),
    )
  })
})

describe('usernames', () => {
  it('are judged without throwing, and their key is idempotent and knows no case', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        expect(typeof isUsername(text)).toBe('boolean')
      }),
    )
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_.-]{3,32}$/), (name) => {
        expect(isUsername(name)).toBe(true)
        expect(usernameKey(usernameKey(name))).toBe(usernameKey(name))
        expect(usernameKey(name.toUpperCase())).toBe(usernameKey(name.toLowerCase()))
        expect(isUsername(usernameKey(name))).toBe(true)
      }),
    )
  })
})
