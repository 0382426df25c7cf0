import type { AccessStore } from './access/access-store.ts'
import type { UserAccessStore } from './access/user-access-store.ts'
import type { AlertStore } from './alerts/alert-store.ts'
import type { ApiKeyStore } from './api-keys/api-key-store.ts'
import type { AuditStore } from './audit/audit-store.ts'
import type { UserAgentStore } from './audit/user-agents.ts'
import type { FactorChangeStore } from './factors/factor-change-store.ts'
import type { FactorStore } from './factors/factor-summary.ts'
import type { PasskeyStore } from './factors/passkey-store.ts'
import type { RecoveryCodeStore } from './factors/recovery-code-store.ts'
import type { RememberedDeviceStore } from './factors/remembered-device-store.ts'
import type { SignInChallengeStore } from './factors/sign-in-challenge-store.ts'
import type { TotpStore } from './factors/totp-store.ts'
import type { UsedCeremonyStore } from './factors/used-ceremony-store.ts'
import type { MailStore } from './mail/mail-store.ts'
import type { OneTimeTokenStore } from './one-time-tokens/one-time-token-store.ts'
import type { PasswordHistoryStore } from './passwords/password-history-store.ts'
import type { PhoneCodeStore } from './phone-codes/phone-code-store.ts'
import type { SessionStore } from './sessions/session-store.ts'
import type { TenantAccessStore } from './tenants/tenant-access-store.ts'
import type { TenantStore } from './tenants/tenant-store.ts'
import type { RevocationStore } from './tokens/revocation-store.ts'
import type { AccountStore } from './users/account-store.ts'
import type { AdministrationStore } from './users/administration-store.ts'
import type { EmailReservationStore } from './users/email-reservation-store.ts'
import type { PendingRegistrationStore } from './users/pending-registration-store.ts'
import type { UserStore } from './users/user-store.ts'

/** The stores of one transaction. */
export interface Stores {
  /** Reads users. */
  readonly users: UserStore
  /** Writes accounts. */
  readonly accounts: AccountStore
  /** Writes what only an administrator may change about accounts. */
  readonly administration: AdministrationStore
  /** The roles of the application that users have. */
  readonly userAccess: UserAccessStore
  readonly emailReservations: EmailReservationStore
  readonly pendingRegistrations: PendingRegistrationStore
  readonly passwordHistory: PasswordHistoryStore
  readonly sessions: SessionStore
  readonly revocations: RevocationStore
  readonly audit: AuditStore
  readonly userAgents: UserAgentStore
  readonly oneTimeTokens: OneTimeTokenStore
  readonly phoneCodes: PhoneCodeStore
  readonly factors: FactorStore
  readonly totpSecrets: TotpStore
  readonly recoveryCodes: RecoveryCodeStore
  readonly signInChallenges: SignInChallengeStore
  readonly rememberedDevices: RememberedDeviceStore
  readonly factorChanges: FactorChangeStore
  readonly passkeys: PasskeyStore
  readonly usedCeremonies: UsedCeremonyStore
  readonly mail: MailStore
  readonly alerts: AlertStore
  readonly apiKeys: ApiKeyStore
  /** Permissions and roles of the application. */
  readonly access: AccessStore
  readonly tenants: TenantStore
  readonly tenantAccess: TenantAccessStore
}

/**
 * Runs `work` in one database transaction. If `work` throws, all writes are rolled back and the error is thrown on.
 * Hash and sign before the transaction, and use only the given stores inside, since the embedded database has one
 * connection. `work` can run twice: a transaction that the database aborts (deadlock, serialization failure) is
 * repeated once.
 */
export type Transaction = <T>(work: (stores: Stores) => Promise<T>) => Promise<T>
