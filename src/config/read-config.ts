import { availableParallelism } from 'node:os'
import { errorText } from '../lib/text/error-text.ts'
import { checkProduction } from './check-production.ts'
import type { Config, ProtectionConfig } from './config.ts'
import { ConfigError } from './config-error.ts'
import { createEnvReader, type EnvReader } from './env-reader.ts'
import { loadOrGenerateSecrets } from './generated-secrets.ts'
import { readSecretFile } from './secret-file.ts'
import { readAddresses } from './themes/admission/addresses.ts'
import { readGeo } from './themes/admission/geo.ts'
import { readRateLimits } from './themes/admission/rate-limits.ts'
import { readLinks } from './themes/messages/links.ts'
import { readEmailVerification, readMail } from './themes/messages/mail.ts'
import { readTextMessages } from './themes/messages/text-messages.ts'
import { readAlerts } from './themes/operations/alerts.ts'
import { readAudit } from './themes/operations/audit.ts'
import { readLog } from './themes/operations/log.ts'
import { readMetrics } from './themes/operations/metrics.ts'
import { readApp } from './themes/service/app.ts'
import { readCookies } from './themes/service/cookies.ts'
import { readGateway } from './themes/service/gateway.ts'
import { readGraphql } from './themes/service/graphql.ts'
import { readGrpc } from './themes/service/grpc.ts'
import { accountPageOf, readPages } from './themes/service/pages.ts'
import { readDataDir, readRunMode } from './themes/service/runtime.ts'
import { isPublic, readServer } from './themes/service/server.ts'
import { readWorkers, shareOfDatabase, shareOfHashing } from './themes/service/workers.ts'
import { readOneTimeTokens } from './themes/sessions/one-time-tokens.ts'
import { readSessionProtection } from './themes/sessions/session-protection.ts'
import { readReauthentication, readSessions } from './themes/sessions/sessions.ts'
import { readRevocationStaleness, readTokens } from './themes/sessions/tokens.ts'
import { readBreaches } from './themes/sign-in/breaches.ts'
import { readFactors } from './themes/sign-in/factors.ts'
import { describeMachine, readHashing } from './themes/sign-in/hashing.ts'
import { readLockOut } from './themes/sign-in/lock-out.ts'
import { readPasswords } from './themes/sign-in/passwords.ts'
import { readWebauthn } from './themes/sign-in/webauthn.ts'
import { readDatabase } from './themes/storage/database.ts'
import { readKeys } from './themes/storage/keys.ts'
import { readRedis, readReplicas } from './themes/storage/redis.ts'
import { type GeneratedSecrets, type GivenSecrets, readSecrets } from './themes/storage/secrets.ts'
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
  const cpus = options.cpus ?? availableParallelism()
  const workers = readWorkers(reader, cpus, { database, redis })
  const app = readApp(reader, server.publicUrl, production)
  const pages = readPages(reader, server, app.url, production)
  const mail = readMail(reader, app.name, { production, exposed: isPublic(server) })
  const given = readSecrets(reader)
  const hashing = readHashing(reader, describeMachine(cpus, env))
  const graphql = readGraphql(reader, production)
  const config = {
    environment,
    dataDir,
    server,
    database: shareOfDatabase(database, workers),
    redis,
    workers,
    replicas: readReplicas(reader, database, redis) * workers,
    tokens: readTokens(reader, server.publicUrl),
    keys: readKeys(reader),
    sessions: readSessions(reader),
    revocationStalenessSeconds: readRevocationStaleness(reader),
    reauthenticationSeconds: readReauthentication(reader),
    factors: readFactors(reader),
    hashing: shareOfHashing(hashing, workers),
    passwords: readPasswords(reader, readBreaches(reader, production)),
    gateway: readGateway(reader, { production, introspection: graphql.introspection }),
    cookies: readCookies(reader, server.publicUrl),
    app:
      pages === null || app.url !== server.publicUrl ? app : { ...app, url: accountPageOf(server.publicUrl) },
    webauthn: readWebauthn(reader, server.publicUrl, app),
    pages,
    mail,
    textMessages: readTextMessages(reader, production),
    links: readLinks(reader, app.url, production),
    emailVerification: readEmailVerification(reader, mail),
    oneTimeTokens: readOneTimeTokens(reader),
    ...graphql,
    log: readLog(reader, options.isTerminal === true && !production),
    grpc: readGrpc(reader),
    protection: readProtection(reader, { production, mails: mail !== null }),
    audit: readAudit(reader, production),
    metrics: readMetrics(reader),
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
