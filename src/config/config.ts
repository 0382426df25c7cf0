import type { LockOutRules } from '../domain/attempts/attempt-store.ts'
import type { MfaRules } from '../domain/factors/mfa-policy.ts'
import type { PasskeyRp } from '../domain/factors/passkey-rp.ts'
import type { MailBranding } from '../domain/mail/mail-branding.ts'
import type { MailLinks } from '../domain/mail/mail-links.ts'
import type { OneTimeTokenLifetimes } from '../domain/one-time-tokens/one-time-token-lifetimes.ts'
import type { HashingSettings } from '../domain/passwords/hashing-settings.ts'
import type { SessionRules } from '../domain/sessions/session-policy.ts'
import type { SessionProtection } from '../domain/sessions/session-protection.ts'
import type { EmailVerification } from '../domain/users/email-verification.ts'
import type { AddressConfig } from './themes/admission/addresses.ts'
import type { GeoConfig } from './themes/admission/geo.ts'
import type { RateLimitConfig } from './themes/admission/rate-limits.ts'
import type { MailConfig } from './themes/messages/mail.ts'
import type { TextMessageConfig } from './themes/messages/text-messages.ts'
import type { AlertConfig } from './themes/operations/alerts.ts'
import type { AuditConfig } from './themes/operations/audit.ts'
import type { LogConfig } from './themes/operations/log.ts'
import type { MetricsConfig } from './themes/operations/metrics.ts'
import type { CookieConfig } from './themes/service/cookies.ts'
import type { GatewayConfig } from './themes/service/gateway.ts'
import type { GraphqlConfig } from './themes/service/graphql.ts'
import type { GrpcConfig } from './themes/service/grpc.ts'
import type { PagesConfig } from './themes/service/pages.ts'
import type { RunMode } from './themes/service/runtime.ts'
import type { ServerConfig } from './themes/service/server.ts'
import type { TokenConfig } from './themes/sessions/tokens.ts'
import type { PasswordConfig } from './themes/sign-in/passwords.ts'
import type { DatabaseConfig } from './themes/storage/database.ts'
import type { KeyConfig } from './themes/storage/keys.ts'
import type { RedisConfig } from './themes/storage/redis.ts'
import type { SecretsConfig } from './themes/storage/secrets.ts'

/** The validated configuration. What is off is `null`. */
export interface Config extends GraphqlConfig {
  readonly environment: RunMode
  readonly dataDir: string
  readonly server: ServerConfig
  readonly database: DatabaseConfig
  readonly redis: RedisConfig | null
  /** Processes behind one port. Pools and the hash budget below are the part of one of them. */
  readonly workers: number
  /** All processes that share the database: REPLICAS × WORKERS. */
  readonly replicas: number
  readonly tokens: TokenConfig
  readonly keys: KeyConfig
  readonly sessions: SessionRules
  readonly revocationStalenessSeconds: number
  readonly reauthenticationSeconds: number
  readonly factors: MfaRules
  readonly secrets: SecretsConfig
  readonly hashing: HashingSettings
  readonly passwords: PasswordConfig
  readonly gateway: GatewayConfig
  readonly cookies: CookieConfig
  readonly app: MailBranding
  readonly webauthn: PasskeyRp
  readonly pages: PagesConfig | null
  readonly mail: MailConfig | null
  readonly textMessages: TextMessageConfig
  readonly links: MailLinks
  readonly emailVerification: EmailVerification
  readonly oneTimeTokens: OneTimeTokenLifetimes
  readonly log: LogConfig
  readonly grpc: GrpcConfig | null
  readonly protection: ProtectionConfig
  readonly audit: AuditConfig
  /** `null`: nothing is counted. */
  readonly metrics: MetricsConfig | null
}

/** The protection against attacks. */
export interface ProtectionConfig {
  readonly limits: RateLimitConfig | null
  readonly lockOut: LockOutRules
  readonly addresses: AddressConfig
  readonly geo: GeoConfig | null
  readonly sessions: SessionProtection
  readonly alerts: AlertConfig
}
