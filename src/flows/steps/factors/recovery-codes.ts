import { type MfaRules, requiresFactor } from '../../../domain/factors/mfa-policy.ts'
import {
  generateRecoveryCode,
  readRecoveryCode,
  recoveryCodeCount,
  type StoredRecoveryCode,
} from '../../../domain/factors/recovery-code.ts'
import { hasSecondFactor } from '../../../domain/factors/second-step-policy.ts'
import type { Origin } from '../../../domain/origin/origin.ts'
import { FactorRequiredProblem } from '../../../domain/problems.ts'
import type { Stores } from '../../../domain/transaction.ts'
import type { User } from '../../../domain/users/user.ts'
import type { Deadline } from '../../../lib/time/deadline.ts'
import type { Services } from '../../services.ts'

/** Codes for the owner, and their hashes for the store. */
export interface NewRecoveryCodes {
  readonly codes: readonly string[]
  readonly stored: readonly StoredRecoveryCode[]
}

/** Generates and hashes the codes of an account. Stores nothing. @throws UnavailableError */
export async function newRecoveryCodes(
  { hasher, clock }: Pick<Services, 'hasher' | 'clock'>,
  deadline: Deadline,
): Promise<NewRecoveryCodes> {
  const createdAt = clock.now()
  const codes = Array.from({ length: recoveryCodeCount }, (_, index) => generateRecoveryCode(index + 1))
  const stored = await Promise.all(
    codes.map(async (code, index) => {
      const text = readRecoveryCode(code)?.text ?? code
      return { ...(await hasher.hash(text, deadline)), number: index + 1, createdAt }
    }),
  )
  return { codes, stored }
}

interface FirstCodes {
  readonly user: Pick<User, 'id' | 'tenantId'>
  /** Null during a sign-in. */
  readonly sessionId: string | null
  readonly codes: NewRecoveryCodes | null
  readonly origin: Origin
}

/**
 * Stores the first codes of an account, inside a transaction that has locked it. Returns them to be shown once; null if there are
 * none, or another call has stored some in the meantime.
 */
export async function storeFirstCodes(
  { audit }: Pick<Services, 'audit'>,
  stores: Pick<Stores, 'recoveryCodes' | 'audit'>,
  { user: { id: userId, tenantId }, sessionId, codes, origin }: FirstCodes,
): Promise<readonly string[] | null> {
  if (codes === null || (await stores.recoveryCodes.countUnused(userId)) > 0) return null
  await stores.recoveryCodes.replaceAll(userId, codes.stored)
  await stores.audit.append(audit.event('RECOVERY_CODES_GENERATED', origin, { tenantId, userId, sessionId }))
  return codes.codes
}

/**
 * Ends the codes if the factor that was just removed was the last one, inside its transaction.
 * @throws FactorRequiredProblem if the policy requires a factor
 */
export async function endCodesWithLastFactor(
  mfa: Pick<MfaRules, 'policy'>,
  stores: Pick<Stores, 'factors' | 'recoveryCodes'>,
  { id: userId, role }: Pick<User, 'id' | 'role'>,
  now: Date,
): Promise<void> {
  if (hasSecondFactor(await stores.factors.summaryOf(userId, now))) return
  if (requiresFactor(mfa, role)) throw new FactorRequiredProblem()
  await stores.recoveryCodes.removeAll(userId)
}
