import type { AccessStore } from '../domain/access/access-store.ts'
import type { UserAccessStore } from '../domain/access/user-access-store.ts'
import type { Alerts } from '../domain/alerts/alert.ts'
import type { ApiKeyStore } from '../domain/api-keys/api-key-store.ts'
import type { ApiKeyUses } from '../domain/api-keys/api-key-uses.ts'
import type { GuessPatterns } from '../domain/attempts/guess-patterns.ts'
import type { LockOut } from '../domain/attempts/lock-out.ts'
import type { AuditRecorder } from '../domain/audit/audit-recorder.ts'
import type { AuditSink, AuditStore } from '../domain/audit/audit-store.ts'
import type { UserAgentRegister } from '../domain/audit/user-agents.ts'
import type { FactorStore } from '../domain/factors/factor-summary.ts'
import type { PasskeyCeremonies } from '../domain/factors/passkey-ceremony.ts'
import type { PasskeyRp } from '../domain/factors/passkey-rp.ts'
import type { PasskeyStore } from '../domain/factors/passkey-store.ts'
import type { PasskeyVerifier } from '../domain/factors/passkey-verifier.ts'
import type { RecoveryCodeStore } from '../domain/factors/recovery-code-store.ts'
import type { RememberedDeviceStore } from '../domain/factors/remembered-device-store.ts'
import type { SignInChallengeStore } from '../domain/factors/sign-in-challenge-store.ts'
import type { TotpAlgorithm } from '../domain/factors/totp.ts'
import type { TotpStore } from '../domain/factors/totp-store.ts'
import type { WebauthnVerifier } from '../domain/factors/webauthn-verifier.ts'
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
import type { PhoneCodeDigests } from '../domain/phone-codes/phone-code-digests.ts'
import type { PhoneCodeStore } from '../domain/phone-codes/phone-code-store.ts'
import type { RateLimits } from '../domain/rate-limits/rate-limit-service.ts'
import type { TenantLimits } from '../domain/rate-limits/tenant-limits.ts'
import type { GeoLocator } from '../domain/risk/geo-locator.ts'
import type { CsrfTokens } from '../domain/sessions/csrf-token.ts'
import type { DeviceTokens } from '../domain/sessions/device-token.ts'
import type { SessionChannel } from '../domain/sessions/session-channel.ts'
import type { SessionRules } from '../domain/sessions/session-policy.ts'
import type { SessionProtection } from '../domain/sessions/session-protection.ts'
import type { SessionStore } from '../domain/sessions/session-store.ts'
import type { SessionUses } from '../domain/sessions/session-uses.ts'
import type { TenantDirectory } from '../domain/tenants/tenant-directory.ts'
import type { TenantStore } from '../domain/tenants/tenant-store.ts'
import type { AccessTokenIssuer } from '../domain/tokens/access-token-issuer.ts'
import type { AccessTokenVerifier } from '../domain/tokens/access-token-verifier.ts'
import type { RefreshTokenCodec } from '../domain/tokens/refresh-token.ts'
import type { RevocationList } from '../domain/tokens/revocation-list.ts'
import type { RevocationStore } from '../domain/tokens/revocation-store.ts'
import type { TokenAccessRules } from '../domain/tokens/token-access-rules.ts'
import type { Transaction } from '../domain/transaction.ts'
import type { AccountStore } from '../domain/users/account-store.ts'
import type { OwnAccounts } from '../domain/users/own-accounts.ts'
import type { PendingRegistrationStore } from '../domain/users/pending-registration-store.ts'
import type { UserStore } from '../domain/users/user-store.ts'
import type { BackgroundTasks } from '../lib/concurrency/background-tasks.ts'
import type { Ids } from '../lib/ids/ids.ts'
import type { Logger } from '../lib/observation/logger.ts'
import type { Metrics } from '../lib/observation/metrics.ts'
import type { Clock } from '../lib/time/clock.ts'
import type { RecordRefusal } from './steps/access/record-refusal.ts'
import type { AccountMailsOf } from './steps/mails/account-mails.ts'

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
  readonly background: BackgroundTasks

  /** The stores below read and write outside of a transaction; `transaction` passes its own stores to its work. */
  readonly transaction: Transaction
  readonly users: UserStore
  readonly accounts: AccountStore
  readonly userAccess: UserAccessStore
  readonly pendingRegistrations: PendingRegistrationStore
  /** The tenants and the rules of their accounts. No use case reads rules of the configuration that a tenant can tighten. */
  readonly tenants: TenantDirectory
  /** Lists and counts. */
  readonly tenantStore: Pick<TenantStore, 'listPage' | 'countUsers'>
  readonly sessions: SessionStore
  readonly passwordHistory: PasswordHistoryStore
  readonly oneTimeTokens: OneTimeTokenStore
  readonly phoneCodes: PhoneCodeStore
  readonly factors: FactorStore
  readonly totpSecrets: TotpStore
  readonly recoveryCodes: RecoveryCodeStore
  readonly signInChallenges: SignInChallengeStore
  readonly passkeyStore: PasskeyStore
  readonly apiKeys: ApiKeyStore
  readonly access: AccessStore
  readonly rememberedDevices: RememberedDeviceStore
  readonly signingKeys: SigningKeyStore
  readonly revocationStore: RevocationStore
  readonly auditStore: AuditStore

  /** Creates audit events. A store or `auditSink` writes them. */
  readonly audit: AuditRecorder
  /** Shares the User-Agents of audit events. */
  readonly userAgents: UserAgentRegister
  /** Writes events that belong to no transaction, such as failed attempts. */
  readonly auditSink: AuditSink
  readonly mails: AccountMailsOf
  /** Wake it after the commit of a transaction that queued mail. */
  readonly courier: MailWaker

  readonly hasher: PasswordHasher
  readonly passwordPolicy: PasswordPolicyService
  readonly lockOut: LockOut
  readonly guessPatterns: GuessPatterns
  readonly rateLimits: RateLimits
  readonly tenantLimits: TenantLimits
  readonly recordRefusal: RecordRefusal

  readonly keys: KeyRing
  readonly sealer: Sealer
  readonly accessTokens: AccessTokenIssuer
  /** What the application may put into access tokens. */
  readonly tokenAccess: TokenAccessRules
  readonly refreshTokens: RefreshTokenCodec
  readonly csrfTokens: CsrfTokens
  readonly deviceTokens: DeviceTokens
  readonly phoneCodeDigests: PhoneCodeDigests
  readonly totp: TotpAlgorithm
  /** Name under which authenticator apps and authenticators list accounts. */
  readonly appName: string
  /** Passkeys as a second step. */
  readonly passkeys: PasskeyVerifier
  readonly passkeyCeremonies: PasskeyCeremonies
  readonly webauthn: WebauthnVerifier
  readonly passkeyRp: PasskeyRp
  readonly verifier: AccessTokenVerifier
  readonly revocations: RevocationList
  readonly sessionChannel: SessionChannel
  /** The users that `me` returns. */
  readonly ownAccounts: Pick<OwnAccounts, 'find' | 'findSecondStep' | 'findAccess'>
  readonly apiKeyUses: ApiKeyUses
  readonly sessionUses: SessionUses
  /** Null: the location of addresses is unknown. */
  readonly geo: GeoLocator | null
  /** RFC 5952 text of an IP address; null for any other text. */
  normaliseAddress(text: string): string | null

  /** Whether mails can be sent. */
  readonly sendsMail: boolean
  /** Whether text messages can be sent. */
  readonly sendsTextMessages: boolean
  /** ISO 3166-1 codes of the countries to which text messages are sent. Null: all. */
  readonly textCountries: readonly string[] | null
  readonly oneTimeTokenLifetimes: OneTimeTokenLifetimes
  readonly refreshRules: Pick<SessionRules, 'refreshGraceSeconds' | 'lostAnswerSeconds' | 'privileged'>
  readonly sessionProtection: Omit<SessionProtection, 'limit'>
  readonly keyRotation: KeyRotationRules & SigningKeySettings
  /** Maximum age of the last proofs for sensitive operations. */
  readonly reauthenticationSeconds: number
}
