import { dayMs } from '../../lib/duration.ts'
import type { StoredPassword } from './password.ts'
import type { PasswordRules } from './password-rules.ts'

/** The time at which a password expires; null if the rules have no maximum age. */
export function expiryOf(
  password: Pick<StoredPassword, 'changedAt'>,
  rules: Pick<PasswordRules, 'maxAgeDays'>,
): Date | null {
  if (rules.maxAgeDays === null) return null
  return new Date(password.changedAt.getTime() + rules.maxAgeDays * dayMs)
}

/** Whether a password is too old to sign in with. */
export function isExpired(
  password: Pick<StoredPassword, 'changedAt'>,
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
