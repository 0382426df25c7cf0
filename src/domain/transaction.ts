import type { AlertStore } from './alerts/alert-store.ts'
import type { ApiKeyStore } from './api-keys/api-key-store.ts'
import type { AuditStore } from './audit/audit-store.ts'
import type { MailStore } from './mail/mail-store.ts'
import type { OneTimeTokenStore } from './one-time-tokens/one-time-token-store.ts'
import type { PasswordHistoryStore } from './passwords/password-history-store.ts'
import type { SessionStore } from './sessions/session-store.ts'
import type { RevocationStore } from './tokens/revocation-store.ts'
import type { AccountStore } from './users/account-store.ts'
import type { AdministrationStore } from './users/administration-store.ts'
import type { EmailReservationStore } from './users/email-reservation-store.ts'
import type { UserStore } from './users/user-store.ts'

/** The stores of one transaction. */
export interface Stores {
  /** Reads users. */
  readonly users: UserStore
  /** Writes accounts. */
  readonly accounts: AccountStore
  /** Writes what only an administrator may change about accounts. */
  readonly administration: AdministrationStore
  readonly emailReservations: EmailReservationStore
  readonly passwordHistory: PasswordHistoryStore
  readonly sessions: SessionStore
  readonly revocations: RevocationStore
  readonly audit: AuditStore
  readonly oneTimeTokens: OneTimeTokenStore
  readonly mail: MailStore
  readonly alerts: AlertStore
  readonly apiKeys: ApiKeyStore
}

/**
 * Several writes that happen together or not at all. Hash and sign before; inside use only the stores that are given,
 * since the embedded database has one connection. Whatever `work` throws undoes everything and is thrown on.
 */
export type Transaction = <T>(work: (stores: Stores) => Promise<T>) => Promise<T>
