import type { LockOutRules } from '../domain/attempts/attempt-store.ts'
import type { MailBranding } from '../domain/mail/mail-branding.ts'
import type { MailLinks } from '../domain/mail/mail-links.ts'
import type { OneTimeTokenLifetimes } from '../domain/one-time-tokens/one-time-token-lifetimes.ts'
import type { HashingSettings } from '../domain/passwords/hashing-settings.ts'
import type { SessionRules } from '../domain/sessions/session-policy.ts'
import type { SessionProtection } from '../domain/sessions/session-protection.ts'
import type { EmailVerification } from '../domain/users/email-verification.ts'
import type { Secret } from '../lib/secret.ts'
import type { AddressConfig } from './themes/addresses.ts'
import type { AlertConfig } from './themes/alerts.ts'
import type { AuditConfig } from './themes/audit.ts'
import type { CookieConfig } from './themes/cookies.ts'
import type { DatabaseConfig } from './themes/database.ts'
import type { GatewayConfig } from './themes/gateway.ts'
import type { GeoConfig } from './themes/geo.ts'
import type { GraphqlConfig } from './themes/graphql.ts'
import type { GrpcConfig } from './themes/grpc.ts'
import type { KeyConfig } from './themes/keys.ts'
import type { LogConfig } from './themes/log.ts'
import type { MailConfig } from './themes/mail.ts'
import type { PasswordConfig } from './themes/passwords.ts'
import type { RateLimitConfig } from './themes/rate-limits.ts'
import type { RedisConfig } from './themes/redis.ts'
import type { RunMode } from './themes/runtime.ts'
import type { SecretsConfig } from './themes/secrets.ts'
import type { ServerConfig } from './themes/server.ts'
import type { TokenConfig } from './themes/tokens.ts'

/** The validated configuration. What is off is `null`. */
export interface Config extends GraphqlConfig {
  readonly environment: RunMode
  readonly dataDir: string
  readonly server: ServerConfig
  readonly database: DatabaseConfig
  readonly redis: RedisConfig | null
  readonly replicas: number
  readonly tokens: TokenConfig
  readonly keys: KeyConfig
  readonly sessions: SessionRules
  readonly revocationStalenessSeconds: number
  readonly reauthenticationSeconds: number
  readonly secrets: SecretsConfig
  readonly hashing: HashingSettings
  readonly passwords: PasswordConfig
  readonly gateway: GatewayConfig
  readonly cookies: CookieConfig
  readonly app: MailBranding
  readonly mail: MailConfig | null
  readonly links: MailLinks
  readonly emailVerification: EmailVerification
  readonly oneTimeTokens: OneTimeTokenLifetimes
  readonly log: LogConfig
  readonly grpc: GrpcConfig | null
  readonly protection: ProtectionConfig
  readonly audit: AuditConfig
  readonly metricsToken: Secret | null
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
