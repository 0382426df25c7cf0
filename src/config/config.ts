import { availableParallelism } from 'node:os'
import type { Secret } from '../lib/secret.ts'
import { type AuditConfig, readAudit } from './audit-sections.ts'
import { ConfigError } from './config-error.ts'
import type { Environment } from './env.ts'
import { EnvReader } from './env-reader.ts'
import { type GatewayConfig, readGateway } from './gateway-sections.ts'
import { type GrpcConfig, readGrpc } from './grpc-sections.ts'
import {
  type MailConfig,
  readApp,
  readEmailVerification,
  readLinks,
  readMail,
  readOneTimeTokens,
} from './mail-sections.ts'
import { type PasswordConfig, readPasswords } from './password-sections.ts'
import { checkProduction } from './production.ts'
import { type ProtectionConfig, readProtection } from './protection-sections.ts'
import { flag, path, wholeNumber } from './rules.ts'
import { type Pepper, randomText } from './secret-rules.ts'
import {
  type GeneratedSecrets,
  type GivenSecrets,
  loadOrGenerateSecrets,
  readSecretFile,
  readSecrets,
} from './secrets.ts'
import {
  readCookies,
  readDatabase,
  readHashing,
  readKeys,
  readLog,
  readRedis,
  readReplicas,
  readServer,
  readSessions,
  readTokens,
} from './sections.ts'

export type SigningAlgorithm = 'RS256' | 'ES256' | 'EdDSA'

export interface SessionLifetime {
  readonly idleSeconds: number
  readonly maxSeconds: number
}

/** Everything that can be set, checked; what is switched off is null. */
export interface Config {
  readonly environment: 'production' | 'development' | 'test'
  readonly dataDir: string
  readonly server: {
    readonly port: number
    readonly hosts: readonly string[]
    /** An origin: path, query and credentials are empty. */
    readonly publicUrl: URL
    /** Lower case; an entry with a port stands for that port only, one without for every port. */
    readonly allowedHosts: readonly string[]
    /** As browsers send them; the one of publicUrl comes first. */
    readonly allowedOrigins: readonly string[]
    /** IP addresses and CIDR ranges. */
    readonly trustedProxies: readonly string[]
    readonly drainSeconds: number
  }
  readonly database: {
    /** Null: embedded. */
    readonly url: Secret | null
    /** Past the pooler, for migrations; null exactly when url is. */
    readonly directUrl: Secret | null
    readonly poolMin: number
    readonly poolMax: number
    readonly migrateOnStart: boolean
  }
  readonly redis: { readonly url: Secret } | null
  readonly replicas: number
  readonly tokens: {
    readonly issuer: string
    readonly audience: string
    readonly clientId: string
    readonly algorithm: SigningAlgorithm
    readonly rsaKeyBits: number
    readonly accessTokenSeconds: number
  }
  readonly keys: {
    /** Null: keys are rotated by hand only. */
    readonly rotationDays: number | null
    readonly publishSeconds: number
  }
  readonly sessions: {
    readonly standard: SessionLifetime
    readonly rememberMe: SessionLifetime
    readonly privileged: SessionLifetime
    readonly refreshGraceSeconds: number
  }
  readonly revocationStalenessSeconds: number
  readonly reauthenticationSeconds: number
  readonly secrets: {
    /** Base64 of 32 bytes; seals and signs. */
    readonly masterKey: Secret
    /** What it sealed and signed is still accepted; null: there is none. */
    readonly previousMasterKey: Secret | null
    /** The first signs, all are accepted. */
    readonly refreshPeppers: readonly Pepper[]
    readonly passwordPepper: Secret | null
  }
  readonly hashing: {
    readonly memoryKib: number
    readonly passes: number
    readonly lanes: number
    readonly concurrency: number
    readonly queueSeconds: number
  }
  readonly passwords: PasswordConfig
  readonly gateway: GatewayConfig
  readonly cookies: { readonly sameSite: 'strict' | 'lax' | 'none' }
  /** The product that mails speak of, and where its pages are. */
  readonly app: { readonly name: string; readonly url: URL; readonly color: string }
  readonly mail: MailConfig | null
  /** Addresses of pages with `{token}` where the token goes. */
  readonly links: {
    readonly verifyEmail: string
    readonly denyRegistration: string
    readonly resetPassword: string
    readonly confirmEmail: string
    readonly undoEmailChange: string
    readonly unlockAccount: string
    readonly reportSession: string
  }
  readonly emailVerification: 'off' | 'optional' | 'required'
  readonly oneTimeTokens: {
    readonly verifyEmailSeconds: number
    readonly resetPasswordSeconds: number
    readonly changeEmailSeconds: number
    readonly undoEmailChangeSeconds: number
    readonly unlockAccountSeconds: number
    readonly reportSessionSeconds: number
  }
  readonly graphiql: boolean
  readonly introspection: boolean
  readonly log: {
    readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
    readonly format: 'json' | 'pretty'
  }
  /** Null: off. */
  readonly grpc: GrpcConfig | null
  readonly protection: ProtectionConfig
  readonly audit: AuditConfig
  /** What GET /metrics wants to be shown; null: there is none. */
  readonly metricsToken: Secret | null
}

/** What the configuration depends on besides the environment; each has the real thing as its default. */
export interface ConfigOptions {
  /** Whether people read the log as it is written; false by default. */
  readonly isTerminal?: boolean
  readonly cpus?: number
  readonly readSecretFile?: (path: string) => string
  /** Asked only when everything else is right, and never in production. */
  readonly generateSecrets?: (dataDir: string) => GeneratedSecrets
}

/**
 * The configuration that these variables describe.
 * @throws ConfigError with every problem, by name and without any value of a secret.
 */
export function readConfig(env: Environment, options: ConfigOptions = {}): Config {
  const reader = new EnvReader({ env, readSecretFile: options.readSecretFile ?? readSecretFile })
  const environment = env.NODE_ENV === 'production' || env.NODE_ENV === 'test' ? env.NODE_ENV : 'development'
  const production = environment === 'production'
  const dataDir = reader.readOrDefault('DATA_DIR', path)
  const server = readServer(reader)
  const database = readDatabase(reader)
  const redis = readRedis(reader)
  const app = readApp(reader, server.publicUrl, production)
  const mail = readMail(reader, app.name, production)
  const given = readSecrets(reader)
  const hashing = readHashing(reader, {
    cpus: options.cpus ?? availableParallelism(),
    poolThreads: wholeNumber(1, 1024).parse(env.UV_THREADPOOL_SIZE ?? '') ?? 4,
  })
  const introspection = reader.read('INTROSPECTION', flag, !production)
  const config = {
    environment,
    dataDir,
    server,
    database,
    redis,
    replicas: readReplicas(reader, database, redis),
    tokens: readTokens(reader, server.publicUrl),
    keys: readKeys(reader),
    sessions: readSessions(reader),
    revocationStalenessSeconds: reader.readOrDefault('REVOCATION_STALENESS_SECONDS', wholeNumber(2, 60)),
    reauthenticationSeconds: reader.readOrDefault('REAUTHENTICATION_SECONDS', wholeNumber(60, 86_400)),
    hashing,
    passwords: readPasswords(reader, production),
    gateway: readGateway(reader, { production, introspection }),
    cookies: readCookies(reader, server.publicUrl),
    app,
    mail,
    links: readLinks(reader, app.url, production),
    emailVerification: readEmailVerification(reader, mail),
    oneTimeTokens: readOneTimeTokens(reader),
    graphiql: reader.read('GRAPHIQL', flag, !production),
    introspection,
    log: readLog(reader, options.isTerminal === true && !production),
    grpc: readGrpc(reader),
    protection: readProtection(reader, { production, mails: mail !== null }),
    audit: readAudit(reader),
    metricsToken: reader.read('METRICS_TOKEN', randomText, null),
  } as const
  if (production) checkProduction(reader, config, given)
  reader.finish()
  return {
    ...config,
    secrets: completeSecrets(given, dataDir, options.generateSecrets ?? loadOrGenerateSecrets),
  }
}

function completeSecrets(
  given: GivenSecrets,
  dataDir: string,
  generateSecrets: (dataDir: string) => GeneratedSecrets,
): Config['secrets'] {
  const { masterKey, refreshPeppers, ...others } = given
  if (masterKey !== null && refreshPeppers !== null) return { masterKey, refreshPeppers, ...others }
  try {
    const generated = generateSecrets(dataDir)
    return {
      ...others,
      masterKey: masterKey ?? generated.masterKey,
      refreshPeppers: refreshPeppers ?? generated.refreshPeppers,
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown'
    throw new ConfigError([
      { variable: 'DATA_DIR', sentence: `wants a folder to keep generated secrets in (${reason}).` },
    ])
  }
}
