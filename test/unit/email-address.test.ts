import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isUsername, usernameKey } from '../../src/domain/users/username.ts'
import { hasMisplacedDot, maxEmailLength, normaliseEmail } from '../../src/lib/text/email-address.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.emailAddress(),
  fc
    .tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), fc.domain())
    .map(([local, domain]) => `${local}@${domain}`),
)
const label = fc.stringMatching(/^[a-z0-9]{1,10}$/)
const topLabel = fc.stringMatching(/^[a-z][a-z0-9]{1,9}$/)
const plain = fc.tuple(label, label, topLabel).map(([local, host, top]) => `${local}@${host}.${top}`)

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

  it.each([
    ['ada@exämple.com', 'ada@xn--exmple-cua.com'],
    ['ada@EXÄMPLE.com', 'ada@xn--exmple-cua.com'],
    ['ada@xn--EXMPLE-CUA.com', 'ada@xn--exmple-cua.com'],
    ['ada@exa\u0308mple.com', 'ada@xn--exmple-cua.com'],
    ['ada@straße.de', 'ada@xn--strae-oqa.de'],
    ['ada@почта.рф', 'ada@xn--80a1acny.xn--p1ai'],
    ['ada@mail.例え.jp', 'ada@mail.xn--r8jz45g.jp'],
    ['jörg@exämple.com', 'jörg@xn--exmple-cua.com'],
    ['\u200bada@example.com\ufeff\n', 'ada@example.com'],
  ])('gives a domain one form: %s', (raw, expected) => {
    expect(normaliseEmail(raw)).toBe(expected)
  })

  it('keeps Cyrillic look-alikes of Latin domains apart', () => {
    expect(normaliseEmail('ada@ex\u0430mple.com')).toBe('ada@xn--exmple-4nf.com')
  })

  it.each([
    'ada@ｅxample.com',
    'ada@①example.com',
    'ada@ﬁne.com',
    'ａda@example.com',
    'ada@example\u3002com',
    'ada@exa\ufe0fmple.com',
    'ada@exa\u00admple.com',
    'ada@ex%61mple.com',
    'ada@1.2.3.4',
    'ada@example.123',
    'ada@example.0x7f',
    'ada@[1.2.3.4]',
    'ada@localhost',
    'ada@example.com.',
    'ada@.example.com',
    'ada@xn--a.com',
    'ada@xn--example-.com',
    'ada@-example.com',
    `ada@${'ä'.repeat(60)}.com`,
  ])('refuses a domain that is another one, a number or no name: %s', (raw) => {
    expect(normaliseEmail(raw)).toBeNull()
  })

  it.each(['user..x@docomo.ne.jp', 'user.@docomo.ne.jp', '.user@ezweb.ne.jp', 'a...b.@docomo.ne.jp'])(
    'knows addresses of old carriers, and refuses them: %s',
    (raw) => {
      expect(normaliseEmail(raw)).toBeNull()
      expect(hasMisplacedDot(raw)).toBe(true)
    },
  )

  it.each(['user@docomo..jp', '..@docomo.ne.jp', 'a..b', 'a b..c@example.com'])(
    'takes nothing else for one of them: %s',
    (raw) => {
      expect(hasMisplacedDot(raw)).toBe(false)
    },
  )

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
