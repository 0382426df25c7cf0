import type { UserRole } from '../users/user.ts'

/** The confirmed authenticator app of an account. */
export interface TotpFactor {
  readonly confirmedAt: Date
  /** When a code was last accepted; null: never. */
  readonly lastUsedAt: Date | null
  /** Number of wrong codes in a row. */
  readonly failures: number
}

/** What decides whether a password sign-in requires a second step. */
export interface SecondStepFactors {
  /** Null without a confirmed authenticator app. */
  readonly totp: TotpFactor | null
  readonly passkeyCount: number
  /** Whether the user chose that a password sign-in requires a second step although passkeys are the only factors. */
  readonly secondStepChosen: boolean
  /** Until when the account may sign in without the factor that the policy requires; null: no such deadline is stored. */
  readonly enrolBy: Date | null
}

/** The second factors of an account, without secrets. */
export interface FactorSummary extends SecondStepFactors {
  /** Role of the account: the policy can depend on it. */
  readonly role: UserRole
  /** Number of unused recovery codes. */
  readonly recoveryCodesLeft: number
  /** Number of devices on which the second step is skipped at that time. */
  readonly rememberedDevices: number
}

/** The second factors of an account of that tenant, whose policy applies. */
export interface OwnedFactorSummary extends FactorSummary {
  readonly tenantId: string
}

/** Reads the factors of accounts. */
export interface FactorStore {
  /** The factors of a user, in one statement; those of an account without factors if there is no such user. */
  summaryOf(userId: string, now: Date): Promise<FactorSummary>
  /** The factors of several users, in one statement. Unknown ids are absent. */
  summariesOf(userIds: readonly string[], now: Date): Promise<ReadonlyMap<string, OwnedFactorSummary>>
}

/** The factors of an account that has none. */
export const noFactors: FactorSummary = {
  role: 'USER',
  totp: null,
  passkeyCount: 0,
  secondStepChosen: false,
  enrolBy: null,
  recoveryCodesLeft: 0,
  rememberedDevices: 0,
}
