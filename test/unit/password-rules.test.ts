import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changedAtOfReminders, expiryOf, isExpired } from '../../src/domain/passwords/password-age.ts'
import { generatePassword } from '../../src/domain/passwords/password-generator.ts'
import { unmetForm } from '../../src/domain/passwords/password-policy.ts'
import { type PasswordRules, passwordPresets } from '../../src/domain/passwords/password-rules.ts'
import { policyDepartures } from '../../src/domain/passwords/policy-departures.ts'

const { classic, nist } = passwordPresets
const day = 86_400_000

/** Any rules that a tenant can have. */
const anyRules: fc.Arbitrary<PasswordRules> = fc.record({
  minLength: fc.integer({ min: 8, max: 64 }),
  maxLength: fc.integer({ min: 64, max: 128 }),
  requireUppercase: fc.boolean(),
  requireLowercase: fc.boolean(),
  requireDigit: fc.boolean(),
  requireSymbol: fc.boolean(),
  minScore: fc.integer({ min: 0, max: 4 }),
  rejectBreached: fc.boolean(),
  historySize: fc.integer({ min: 0, max: 24 }),
  maxAgeDays: fc.option(fc.integer({ min: 1, max: 3650 })),
})

describe('the form of a password', () => {
  it.each([
    ['Corr3ct-horse', []],
    ['Sh0rt-1', ['MIN_LENGTH']],
    ['correct-horse', ['UPPERCASE', 'DIGIT']],
    ['CORRECT HORSE 1', ['LOWERCASE']],
    ['Correcthorse1', ['SYMBOL']],
    ['', ['MIN_LENGTH', 'UPPERCASE', 'LOWERCASE', 'DIGIT', 'SYMBOL']],
    ['Ünïcödé9 ', []],
    ['Aa1!👩‍🚀👩‍🚀', []],
  ])('of %j lacks %j', (password, unmet) => {
    expect(unmetForm(password, classic)).toEqual(unmet)
  })

  it('counts code points, from 8 to 128', () => {
    const rules = { ...nist, minLength: 8 }
    expect(unmetForm('👩'.repeat(7), rules)).toEqual(['MIN_LENGTH'])
    expect(unmetForm('👩'.repeat(8), rules)).toEqual([])
    expect(unmetForm('👩'.repeat(128), rules)).toEqual([])
    expect(unmetForm('👩'.repeat(129), rules)).toEqual(['MAX_LENGTH'])
  })

  it('is not looked at when it is too long', () => {
    expect(unmetForm('a'.repeat(10_000_000), classic)).toEqual(['MAX_LENGTH'])
  })

  it('bans no character and no blank', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 15, maxLength: 20 }), (password) => {
        fc.pre([...password].length <= 128)
        expect(unmetForm(password, nist)).toEqual([])
      }),
    )
  })
})

describe('a generated password', () => {
  it('has the required length and form under any rules', () => {
    fc.assert(
      fc.property(anyRules, fc.integer({ min: 0, max: 64 }), fc.boolean(), (rules, more, withSymbols) => {
        const length = Math.min(rules.minLength + more, rules.maxLength)
        const password = generatePassword(rules, length, withSymbols)
        expect([...password]).toHaveLength(length)
        expect(unmetForm(password, rules)).toEqual([])
        if (!withSymbols) expect(password.replace(/[A-Za-z0-9]/g, '')).toBe(rules.requireSymbol ? '-' : '')
      }),
    )
  })

  it('holds every character as often as any other', () => {
    const free = { ...nist, minLength: 8 }
    const counts = new Map<string, number>()
    for (let draw = 0; draw < 500; draw++) {
      for (const one of generatePassword(free, 128, true)) counts.set(one, (counts.get(one) ?? 0) + 1)
    }
    const expected = 64_000 / counts.size
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    // 76 degrees of freedom: more than 180 comes once in 10^9 runs.
    expect(counts.size).toBe(77)
    expect(chiSquare).toBeLessThan(180)
  })
})

describe('the age of a password', () => {
  const changedAt = new Date('2026-01-01T00:00:00Z')
  const daysLater = (days: number) => new Date(changedAt.getTime() + days * day)

  it('ends it at maxAgeDays, to the millisecond', () => {
    const rules = { maxAgeDays: 90 }
    expect(expiryOf({ changedAt }, rules)).toEqual(daysLater(90))
    expect(isExpired({ changedAt }, rules, new Date(daysLater(90).getTime() - 1))).toBe(false)
    expect(isExpired({ changedAt }, rules, daysLater(90))).toBe(true)
  })

  it('does not matter where passwords do not expire', () => {
    expect(expiryOf({ changedAt }, { maxAgeDays: null })).toBeNull()
    expect(isExpired({ changedAt }, { maxAgeDays: null }, daysLater(100_000))).toBe(false)
    expect(changedAtOfReminders({ maxAgeDays: null }, 7, changedAt)).toBeNull()
    expect(changedAtOfReminders({ maxAgeDays: 90 }, 0, changedAt)).toBeNull()
  })

  it('is announced so many days before, and not after', () => {
    const span = changedAtOfReminders({ maxAgeDays: 90 }, 7, daysLater(90))
    expect(span).toEqual({ after: daysLater(0), until: daysLater(7) })
  })
})

describe('the departures from NIST SP 800-63B-4', () => {
  it('are none for nist, and listed for classic', () => {
    expect(policyDepartures(nist)).toEqual([])
    expect(policyDepartures(classic)).toHaveLength(2)
    expect(policyDepartures({ ...classic, rejectBreached: false, maxAgeDays: 90 })).toHaveLength(4)
  })
})
