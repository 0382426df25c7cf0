/** Authentication methods (RFC 8176, section 2), in the order in which a session lists them. */
export const authenticationMethods = ['pwd', 'otp', 'pop', 'user', 'mfa'] as const
export type AuthenticationMethod = (typeof authenticationMethods)[number]

/** Authenticator assurance levels (NIST SP 800-63B): one factor; two factors, or a passkey with user verification. */
export const assuranceLevels = ['AAL1', 'AAL2'] as const
export type AssuranceLevel = (typeof assuranceLevels)[number]

/** A way in which the owner of an account proves who they are. */
export type Proof = 'PASSWORD' | 'TOTP' | 'RECOVERY_CODE' | 'PASSKEY'

/** What a proof in an existing session changes. */
export interface ProofEffect {
  /** Added to the methods of the session. */
  readonly methods: readonly AuthenticationMethod[]
  /** Whether it renews `auth_time`. A code alone does not: who has it may not know the password. */
  readonly renewsAuthTime: boolean
  /** Whether it renews the time of the second factor. */
  readonly renewsSecondFactor: boolean
}

/** A passkey is a sign-in of its own, with user verification. Therefore it renews both times. */
export const proofEffects: Readonly<Record<Proof, ProofEffect>> = {
  PASSWORD: { methods: ['pwd'], renewsAuthTime: true, renewsSecondFactor: false },
  TOTP: { methods: ['otp', 'mfa'], renewsAuthTime: false, renewsSecondFactor: true },
  RECOVERY_CODE: { methods: ['otp', 'mfa'], renewsAuthTime: false, renewsSecondFactor: true },
  PASSKEY: { methods: ['pop', 'user', 'mfa'], renewsAuthTime: true, renewsSecondFactor: true },
}

/** The methods of a sign-in with these proofs: the claim `amr`. */
export function methodsOf(...proofs: readonly Proof[]): readonly AuthenticationMethod[] {
  const proven = new Set(proofs.flatMap((proof) => proofEffects[proof].methods))
  return authenticationMethods.filter((method) => proven.has(method))
}

/** The level that these methods reach. Tokens and sessions of versions before second factors reach AAL1. */
export function assuranceLevelOf(amr: readonly string[]): AssuranceLevel {
  return amr.includes('mfa') ? 'AAL2' : 'AAL1'
}

/** When the owner last proved something. Each proof in a session starts a refresh family, so the time also names the family. */
export function lastProofOf(session: {
  readonly authTime: Date
  readonly secondFactorAt: Date | null
}): Date {
  const { authTime, secondFactorAt } = session
  return secondFactorAt !== null && secondFactorAt > authTime ? secondFactorAt : authTime
}
