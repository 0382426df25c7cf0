import { dayMs } from '../../lib/time/duration.ts'
import type { UserRole } from '../users/user.ts'

/**
 * Who must have a second factor. `off`: no one, and no factor can be enrolled; existing ones still apply. `optional`:
 * no one. `privileged`: administrators and moderators. `required`: everyone.
 */
export type MfaPolicy = 'off' | 'optional' | 'privileged' | 'required'

export interface MfaRules {
  readonly policy: MfaPolicy
  /** Days from the first sign-in to which the policy applies, in which an account may sign in without a second factor. */
  readonly enrolDays: number
  /** Assurance level that administrative actions require; null: the highest one that the administrator has. */
  readonly adminActions: 'aal1' | 'aal2' | null
  /** Days for which a device skips the second step; null: no device is remembered. */
  readonly rememberDeviceDays: number | null
}

/** What the policy requires of a sign-in whose password is proven. */
export type EnrolmentVerdict =
  /** Nothing. `enrolBy` is the deadline to store; it differs from the stored one if an earlier policy has set that. */
  | { readonly kind: 'NOTHING'; readonly enrolBy: Date | null }
  /** A second factor until the deadline, when the sessions of the account end. */
  | { readonly kind: 'UNTIL'; readonly enrolBy: Date }
  /** A second factor before the session begins. */
  | { readonly kind: 'NOW'; readonly enrolBy: Date }

/** Whether the policy requires a second factor of accounts with that role. */
export function requiresFactor({ policy }: Pick<MfaRules, 'policy'>, role: UserRole): boolean {
  return policy === 'required' || (policy === 'privileged' && isPrivileged(role))
}

/** Whether factors can be enrolled. */
export function allowsEnrolment({ policy }: Pick<MfaRules, 'policy'>): boolean {
  return policy !== 'off'
}

/** Whether the second step is never skipped for accounts with that role. */
export function isPrivileged(role: UserRole): boolean {
  return role !== 'USER'
}

/**
 * When an account is refused because it has no second factor, which the policy requires; null: never, as long as its factors and
 * the policy stay. The deadline begins with a sign-in.
 */
export function refusedFrom(
  rules: Pick<MfaRules, 'policy'>,
  account: { readonly role: UserRole; readonly hasSecondFactor: boolean; readonly enrolBy: Date | null },
): Date | null {
  return account.hasSecondFactor || !requiresFactor(rules, account.role) ? null : account.enrolBy
}

/**
 * Judges a sign-in at that time. The deadline is set by the first sign-in to which the policy applies, and forgotten
 * once the policy does not apply any more.
 */
export function judgeEnrolment(
  rules: Pick<MfaRules, 'policy' | 'enrolDays'>,
  account: { readonly role: UserRole; readonly hasSecondFactor: boolean; readonly enrolBy: Date | null },
  now: Date,
): EnrolmentVerdict {
  if (!requiresFactor(rules, account.role)) return { kind: 'NOTHING', enrolBy: null }
  if (account.hasSecondFactor) return { kind: 'NOTHING', enrolBy: account.enrolBy }
  const enrolBy = account.enrolBy ?? new Date(now.getTime() + rules.enrolDays * dayMs)
  return { kind: enrolBy <= now ? 'NOW' : 'UNTIL', enrolBy }
}
