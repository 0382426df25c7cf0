import { describe, expect, it } from 'vitest'
import { judgeEnrolment, type MfaPolicy, requiresFactor } from '../../src/domain/factors/mfa-policy.ts'
import type { UserRole } from '../../src/domain/users/user.ts'

const now = new Date('2030-01-01T12:00:00Z')
const day = 86_400_000
const inDays = (days: number) => new Date(now.getTime() + days * day)

describe('requiresFactor', () => {
  it.each<[MfaPolicy, readonly UserRole[]]>([
    ['off', []],
    ['optional', []],
    ['privileged', ['MODERATOR', 'ADMIN']],
    ['required', ['USER', 'MODERATOR', 'ADMIN']],
  ])('holds with %s for the roles %j', (policy, expected) => {
    const roles: UserRole[] = ['USER', 'MODERATOR', 'ADMIN']
    expect(roles.filter((role) => requiresFactor({ policy }, role))).toEqual(expected)
  })
})

describe('judgeEnrolment', () => {
  const required = { policy: 'required', enrolDays: 14 } as const
  const account = { role: 'USER', hasSecondFactor: false, enrolBy: null } as const

  it('sets the deadline at the first sign-in to which the policy applies', () => {
    expect(judgeEnrolment(required, account, now)).toEqual({ kind: 'UNTIL', enrolBy: inDays(14) })
  })

  it('keeps a deadline that was set, and requires the factor from that moment', () => {
    const enrolBy = inDays(3)
    expect(judgeEnrolment(required, { ...account, enrolBy }, now)).toEqual({ kind: 'UNTIL', enrolBy })
    expect(judgeEnrolment(required, { ...account, enrolBy: now }, now)).toEqual({ kind: 'NOW', enrolBy: now })
  })

  it('requires the factor at once without days to enrol', () => {
    expect(judgeEnrolment({ ...required, enrolDays: 0 }, account, now)).toEqual({ kind: 'NOW', enrolBy: now })
  })

  it('requires nothing of an account with a factor, and forgets the deadline with the policy', () => {
    const enrolBy = inDays(-3)
    const withFactor = { ...account, hasSecondFactor: true, enrolBy }
    expect(judgeEnrolment(required, withFactor, now)).toEqual({ kind: 'NOTHING', enrolBy })
    const optional = { ...required, policy: 'optional' } as const
    expect(judgeEnrolment(optional, { ...account, enrolBy }, now)).toEqual({ kind: 'NOTHING', enrolBy: null })
  })
})
