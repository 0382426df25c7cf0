import type { Alerts } from '../domain/alerts/alert.ts'
import type { ApiKeyStore } from '../domain/api-keys/api-key-store.ts'
import type { ApiKeyUses } from '../domain/api-keys/api-key-uses.ts'
import type { GuessPatterns } from '../domain/attempts/guess-patterns.ts'
import type { LockOut } from '../domain/attempts/lock-out.ts'
import type { AuditRecorder } from '../domain/audit/audit-recorder.ts'
import type { AuditSink, AuditStore } from '../domain/audit/audit-store.ts'
import type { KeyRing } from '../domain/keys/key-ring.ts'
import type { KeyRotationRules } from '../domain/keys/key-rotation-policy.ts'
import type { Sealer } from '../domain/keys/sealer.ts'
import type { SigningKeySettings } from '../domain/keys/signing-key.ts'
import type { SigningKeyStore } from '../domain/keys/signing-key-store.ts'
import type { MailWaker } from '../domain/mail/mail-waker.ts'
import type { OneTimeTokenLifetimes } from '../domain/one-time-tokens/one-time-token-lifetimes.ts'
import type { OneTimeTokenStore } from '../domain/one-time-tokens/one-time-token-store.ts'
import type { PasswordHasher } from '../domain/passwords/password-hasher.ts'
import type { PasswordHistoryStore } from '../domain/passwords/password-history-store.ts'
import type { PasswordPolicyService } from '../domain/passwords/password-policy-service.ts'
import type { RateLimits } from '../domain/rate-limits/rate-limit-service.ts'
import type { GeoLocator } from '../domain/risk/geo-locator.ts'
import type { CsrfTokens } from '../domain/sessions/csrf-token.ts'
import type { DeviceTokens } from '../domain/sessions/device-token.ts'
import type { SessionChannel } from '../domain/sessions/session-channel.ts'
import type { SessionRules } from '../domain/sessions/session-policy.ts'
import type { SessionProtection } from '../domain/sessions/session-protection.ts'
import type { SessionStore } from '../domain/sessions/session-store.ts'
import type { SessionUses } from '../domain/sessions/session-uses.ts'
import type { TenantStore } from '../domain/tenants/tenant-store.ts'
import type { AccessTokenIssuer } from '../domain/tokens/access-token-issuer.ts'
import type { AccessTokenVerifier } from '../domain/tokens/access-token-verifier.ts'
import type { RefreshTokenCodec } from '../domain/tokens/refresh-token.ts'
import type { RevocationList } from '../domain/tokens/revocation-list.ts'
import type { RevocationStore } from '../domain/tokens/revocation-store.ts'
import type { Transaction } from '../domain/transaction.ts'
import type { AccountStore } from '../domain/users/account-store.ts'
import type { EmailVerification } from '../domain/users/email-verification.ts'
import type { PendingRegistrationStore } from '../domain/users/pending-registration-store.ts'
import type { UserStore } from '../domain/users/user-store.ts'
import type { Clock } from '../lib/clock.ts'
import type { Ids } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import type { Metrics } from '../lib/metrics.ts'
import type { AccountMails } from './steps/account-mails.ts'
import type { RecordRefusal } from './steps/record-refusal.ts'

/**
 * Everything that use cases and steps are built from. `app/` creates it; no use case imports configuration or
 * adapters.
 */
export interface Services {
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
  readonly metrics: Metrics
  readonly alerts: Alerts

  /** The stores below read and write outside of a transaction; `transaction` passes its own stores to its work. */
  readonly transaction: Transaction
  readonly users: UserStore
  readonly accounts: AccountStore
  readonly pendingRegistrations: PendingRegistrationStore
  readonly tenants: TenantStore
  readonly sessions: SessionStore
  readonly passwordHistory: PasswordHistoryStore
  readonly oneTimeTokens: OneTimeTokenStore
  readonly apiKeys: ApiKeyStore
  readonly signingKeys: SigningKeyStore
  readonly revocationStore: RevocationStore
  readonly auditStore: AuditStore

  /** Creates audit events. A store or `auditSink` writes them. */
  readonly audit: AuditRecorder
  /** Writes events that belong to no transaction, such as failed attempts. */
  readonly auditSink: AuditSink
  readonly mails: AccountMails
  /** Wake it after the commit of a transaction that queued mail. */
  readonly courier: MailWaker

  readonly hasher: PasswordHasher
  readonly passwordPolicy: PasswordPolicyService
  readonly lockOut: LockOut
  readonly guessPatterns: GuessPatterns
  readonly rateLimits: RateLimits
  readonly recordRefusal: RecordRefusal

  readonly keys: KeyRing
  readonly sealer: Sealer
  readonly accessTokens: AccessTokenIssuer
  readonly refreshTokens: RefreshTokenCodec
  readonly csrfTokens: CsrfTokens
  readonly deviceTokens: DeviceTokens
  readonly verifier: AccessTokenVerifier
  readonly revocations: RevocationList
  readonly sessionChannel: SessionChannel
  readonly apiKeyUses: ApiKeyUses
  readonly sessionUses: SessionUses
  /** Null: the location of addresses is unknown. */
  readonly geo: GeoLocator | null
  /** RFC 5952 text of an IP address; null for any other text. */
  normaliseAddress(text: string): string | null

  readonly emailVerification: EmailVerification
  readonly oneTimeTokenLifetimes: OneTimeTokenLifetimes
  readonly sessionRules: SessionRules
  readonly sessionProtection: SessionProtection
  readonly keyRotation: KeyRotationRules & SigningKeySettings
  /** Maximum age of the last proof of the password for sensitive operations. */
  readonly reauthenticationSeconds: number
}
