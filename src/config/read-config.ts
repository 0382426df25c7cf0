import { availableParallelism } from 'node:os'
import { errorText } from '../lib/error-text.ts'
import { checkProduction } from './check-production.ts'
import type { Config, ProtectionConfig } from './config.ts'
import { ConfigError } from './config-error.ts'
import { createEnvReader, type EnvReader } from './env-reader.ts'
import { loadOrGenerateSecrets } from './generated-secrets.ts'
import { readSecretFile } from './secret-file.ts'
import { readAddresses } from './themes/addresses.ts'
import { readAlerts } from './themes/alerts.ts'
import { readApp } from './themes/app.ts'
import { readAudit } from './themes/audit.ts'
import { readBreaches } from './themes/breaches.ts'
import { readCookies } from './themes/cookies.ts'
import { readDatabase } from './themes/database.ts'
import { readGateway } from './themes/gateway.ts'
import { readGeo } from './themes/geo.ts'
import { readGraphql } from './themes/graphql.ts'
import { readGrpc } from './themes/grpc.ts'
import { describeMachine, readHashing } from './themes/hashing.ts'
import { readKeys } from './themes/keys.ts'
import { readLinks } from './themes/links.ts'
import { readLockOut } from './themes/lock-out.ts'
import { readLog } from './themes/log.ts'
import { readEmailVerification, readMail } from './themes/mail.ts'
import { readMetricsToken } from './themes/metrics.ts'
import { readOneTimeTokens } from './themes/one-time-tokens.ts'
import { readPasswords } from './themes/passwords.ts'
import { readRateLimits } from './themes/rate-limits.ts'
import { readRedis, readReplicas } from './themes/redis.ts'
import { readDataDir, readRunMode } from './themes/runtime.ts'
import { type GeneratedSecrets, type GivenSecrets, readSecrets } from './themes/secrets.ts'
import { isPublic, readServer } from './themes/server.ts'
import { readSessionProtection } from './themes/session-protection.ts'
import { readReauthentication, readSessions } from './themes/sessions.ts'
import { readRevocationStaleness, readTokens } from './themes/tokens.ts'
import type { Environment } from './variable.ts'
import { variables } from './variables.ts'

/** What the configuration depends on besides the environment. The defaults are those of the real process. */
export interface ConfigOptions {
  /** Whether the log is written to a terminal; false by default. */
  readonly isTerminal?: boolean
  readonly cpus?: number
  readonly readSecretFile?: (path: string) => string
  /** Called only if everything else is valid, and never in production. */
  readonly generateSecrets?: (dataDir: string) => GeneratedSecrets
}

/**
 * Reads the configuration from environment variables.
 * @throws ConfigError with every problem; it names variables and contains no value of a secret.
 */
export function readConfig(env: Environment, options: ConfigOptions = {}): Config {
  const reader = createEnvReader({ variables, env, readFile: options.readSecretFile ?? readSecretFile })
  const environment = readRunMode(reader)
  const production = environment === 'production'
  const dataDir = readDataDir(reader)
  const server = readServer(reader, production)
  const database = readDatabase(reader)
  const redis = readRedis(reader)
  const app = readApp(reader, server.publicUrl, production)
  const mail = readMail(reader, app.name, { production, exposed: isPublic(server) })
  const given = readSecrets(reader)
  const hashing = readHashing(reader, describeMachine(options.cpus ?? availableParallelism(), env))
  const graphql = readGraphql(reader, production)
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
    revocationStalenessSeconds: readRevocationStaleness(reader),
    reauthenticationSeconds: readReauthentication(reader),
    hashing,
    passwords: readPasswords(reader, readBreaches(reader, production)),
    gateway: readGateway(reader, { production, introspection: graphql.introspection }),
    cookies: readCookies(reader, server.publicUrl),
    app,
    mail,
    links: readLinks(reader, app.url, production),
    emailVerification: readEmailVerification(reader, mail),
    oneTimeTokens: readOneTimeTokens(reader),
    ...graphql,
    log: readLog(reader, options.isTerminal === true && !production),
    grpc: readGrpc(reader),
    protection: readProtection(reader, { production, mails: mail !== null }),
    audit: readAudit(reader),
    metricsToken: readMetricsToken(reader),
  }
  if (production) checkProduction(reader, config, given)
  reader.finish()
  return {
    ...config,
    secrets: completeSecrets(given, dataDir, options.generateSecrets ?? loadOrGenerateSecrets),
  }
}

function readProtection(
  reader: EnvReader<typeof variables>,
  context: Parameters<typeof readAlerts>[1],
): ProtectionConfig {
  return {
    limits: readRateLimits(reader),
    lockOut: readLockOut(reader),
    addresses: readAddresses(reader),
    geo: readGeo(reader),
    sessions: readSessionProtection(reader),
    alerts: readAlerts(reader, context),
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
  } catch (error) {
    const message = `must be a folder in which generated secrets can be stored (${errorText(error)}).`
    throw new ConfigError([{ variable: 'DATA_DIR', message }])
  }
}
