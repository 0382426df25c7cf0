import { describe, expect, it } from 'vitest'
import { assuranceLevelOf, lastProofOf, methodsOf } from '../../src/domain/sessions/assurance.ts'

describe('methodsOf', () => {
  it.each([
    { proofs: ['PASSWORD'], methods: ['pwd'], level: 'AAL1' },
    { proofs: ['PASSWORD', 'TOTP'], methods: ['pwd', 'otp', 'mfa'], level: 'AAL2' },
    { proofs: ['PASSWORD', 'RECOVERY_CODE'], methods: ['pwd', 'otp', 'mfa'], level: 'AAL2' },
    { proofs: ['PASSWORD', 'PASSKEY'], methods: ['pwd', 'pop', 'user', 'mfa'], level: 'AAL2' },
    { proofs: ['PASSKEY'], methods: ['pop', 'user', 'mfa'], level: 'AAL2' },
  ] as const)('names the methods of a sign-in with $proofs', ({ proofs, methods, level }) => {
    expect(methodsOf(...proofs)).toEqual(methods)
    expect(assuranceLevelOf(methods)).toBe(level)
  })
})

describe('assuranceLevelOf', () => {
  it('is AAL1 without mfa, also for methods that only name a factor', () => {
    for (const amr of [[], ['pwd', 'otp'], ['MFA'], ['pop', 'user']])
      expect(assuranceLevelOf(amr)).toBe('AAL1')
  })
})

describe('lastProofOf', () => {
  const early = new Date(1_000)
  const late = new Date(2_000)
  it('is the later of the two times', () => {
    expect(lastProofOf({ authTime: early, secondFactorAt: null })).toBe(early)
    expect(lastProofOf({ authTime: early, secondFactorAt: late })).toBe(late)
    expect(lastProofOf({ authTime: late, secondFactorAt: early })).toBe(late)
  })
})
