import { dayMs } from '../../lib/time/duration.ts'
import type { StoredPassword } from './password.ts'
import type { PasswordRules } from './password-rules.ts'

export interface PasswordAge extends Pick<StoredPassword, 'changedAt'> {
  /** When an administrator requires another password; null or absent: as the rules say. */
  readonly expiresAt?: Date | null
}

/**
 * The time at which a password expires: at its maximum age, or at the time that an administrator has set, if that is
 * earlier. Null if there is neither.
 */
export function expiryOf(
  { changedAt, expiresAt = null }: PasswordAge,
  { maxAgeDays }: Pick<PasswordRules, 'maxAgeDays'>,
): Date | null {
  const byAge = maxAgeDays === null ? null : new Date(changedAt.getTime() + maxAgeDays * dayMs)
  if (byAge === null || expiresAt === null) return byAge ?? expiresAt
  return byAge < expiresAt ? byAge : expiresAt
}

/** Whether a password has expired, so that it cannot be signed in with. */
export function isExpired(
  password: PasswordAge,
  rules: Pick<PasswordRules, 'maxAgeDays'>,
  now: Date,
): boolean {
  const expiresAt = expiryOf(password, rules)
  return expiresAt !== null && expiresAt <= now
}

/**
 * The range of times (excluding `after`, including `until`) in which passwords were chosen that expire within
 * `remindDays`. Null if passwords do not expire, or reminders are off.
 */
export function changedAtOfReminders(
  rules: Pick<PasswordRules, 'maxAgeDays'>,
  remindDays: number,
  now: Date,
): { readonly after: Date; readonly until: Date } | null {
  if (rules.maxAgeDays === null || remindDays === 0) return null
  const untilDays = Math.max(0, rules.maxAgeDays - remindDays)
  return {
    after: new Date(now.getTime() - rules.maxAgeDays * dayMs),
    until: new Date(now.getTime() - untilDays * dayMs),
  }
}
