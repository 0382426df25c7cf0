import type { FactorSummary, SecondStepFactors } from './factor-summary.ts'
import { maxTotpFailures } from './totp.ts'

/** Kinds of proofs of the second step. */
export const mfaMethods = ['TOTP', 'RECOVERY_CODE', 'PASSKEY'] as const
export type MfaMethod = (typeof mfaMethods)[number]

/** Whether the account has a second factor: an authenticator app or a passkey. Recovery codes are none. */
export function hasSecondFactor({ totp, passkeyCount }: SecondStepFactors): boolean {
  return totp !== null || passkeyCount > 0
}

/**
 * Whether a password sign-in requires a second step. A confirmed authenticator app makes it so. A passkey alone does not,
 * because it is also a way to sign in: the user chooses, unless the policy requires a second factor of the account.
 */
export function secondStepRequired(
  { totp, passkeyCount, secondStepChosen }: SecondStepFactors,
  requiredByPolicy: boolean,
): boolean {
  return totp !== null || (passkeyCount > 0 && (secondStepChosen || requiredByPolicy))
}

/** The proofs that can answer a challenge now. Codes are left out after too many wrong ones in a row. */
export function availableMethods({
  totp,
  recoveryCodesLeft,
  passkeyCount,
}: FactorSummary): readonly MfaMethod[] {
  const isAvailable: Readonly<Record<MfaMethod, boolean>> = {
    TOTP: totp !== null && totp.failures < maxTotpFailures,
    RECOVERY_CODE: recoveryCodesLeft > 0,
    PASSKEY: passkeyCount > 0,
  }
  return mfaMethods.filter((method) => isAvailable[method])
}
