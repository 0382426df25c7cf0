import type { AssuranceLevel } from '../sessions/assurance.ts'
import type { SecondStepFactors } from './factor-summary.ts'
import type { MfaRules } from './mfa-policy.ts'
import { hasSecondFactor } from './second-step-policy.ts'

/** A proof that `reauthenticateWith` takes. A recovery code is none: it is for a sign-in without the factor. */
export const reauthenticationMethods = ['PASSWORD', 'TOTP', 'PASSKEY'] as const
export type ReauthenticationMethod = (typeof reauthenticationMethods)[number]

/** Which proofs of a session are recent. */
export interface RecentProofs {
  /** The password, or a sign-in or proof with a passkey. */
  readonly authentication: boolean
  /** A second factor or a passkey. */
  readonly secondFactor: boolean
}

/** What an operation requires that the session has not proven recently. */
export interface MissingProof {
  readonly requiredAssurance: AssuranceLevel
  /** Methods that prove a part of what is missing. None: a factor must be enrolled first. */
  readonly acceptable: readonly ReauthenticationMethod[]
}

/** The level that an operation requires of accounts with and without a second factor; null: no recent proof. */
export interface ProofRule {
  readonly withSecondFactor: AssuranceLevel
  readonly withoutSecondFactor: AssuranceLevel | null
}

/** Operations that change how someone can sign in or act. */
export const freshProof: ProofRule = { withSecondFactor: 'AAL2', withoutSecondFactor: 'AAL1' }

/** Operations that take the password as well. */
export const secondFactorProof: ProofRule = { withSecondFactor: 'AAL2', withoutSecondFactor: null }

/** Actions on other accounts and on keys. Unless MFA_ADMIN_ACTIONS says otherwise, like `freshProof`. */
export function administrativeProof({ adminActions }: Pick<MfaRules, 'adminActions'>): ProofRule {
  if (adminActions === null) return freshProof
  const level = adminActions === 'aal2' ? 'AAL2' : 'AAL1'
  return { withSecondFactor: level, withoutSecondFactor: level }
}

/**
 * What a session must prove again; null if nothing. AAL2 requires that both the password and the second factor were proven
 * recently, or a passkey, which proves both.
 */
export function findMissingProof(
  recent: RecentProofs,
  factors: SecondStepFactors,
  rule: ProofRule,
): MissingProof | null {
  const requiredAssurance = hasSecondFactor(factors) ? rule.withSecondFactor : rule.withoutSecondFactor
  if (requiredAssurance === null) return null
  const lacksSecondFactor = requiredAssurance === 'AAL2' && !recent.secondFactor
  if (recent.authentication && !lacksSecondFactor) return null
  if (lacksSecondFactor && !hasSecondFactor(factors)) return { requiredAssurance, acceptable: [] }
  const proves: Readonly<Record<ReauthenticationMethod, boolean>> = {
    PASSWORD: !recent.authentication,
    TOTP: lacksSecondFactor && factors.totp !== null,
    PASSKEY: factors.passkeyCount > 0,
  }
  return { requiredAssurance, acceptable: reauthenticationMethods.filter((method) => proves[method]) }
}
