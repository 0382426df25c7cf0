import { randomBytes, randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { Argon2PasswordHasher } from '../../src/adapters/crypto/argon2-password-hasher.ts'
import { PooledArgon2 } from '../../src/adapters/crypto/pooled-argon2.ts'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { openTracer } from '../../src/adapters/telemetry/open-tracer.ts'
import { createPinoLogger } from '../../src/adapters/telemetry/pino-logger.ts'
import { type App, createApp } from '../../src/app/create-app.ts'
import type { Config } from '../../src/config/config.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { MailboxMail } from '../../src/domain/mail/mailbox.ts'
import type { PasswordScorer } from '../../src/domain/passwords/password-scorer.ts'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import { assemble } from '../../src/infrastructure/open-infrastructure.ts'
import { Closer } from '../../src/lib/concurrency/closer.ts'
import { Actor } from './actor.ts'
import { patienceMs } from './eventually.ts'
import { stockedRsaBits, stockedSigningKey } from './key-stock.ts'
import { ManualClock } from './manual-clock.ts'
import { openTestDatabase } from './test-database.ts'

const contentScorer: PasswordScorer = { score: async () => ({ score: 4, suggestions: [] }) }

/** Test secrets; hashing uses the cheapest parameters of argon2. */
const testEnv: Readonly<Record<string, string>> = {
  NODE_ENV: 'test',
  REFRESH_PEPPERS: 'test:a-pepper-of-the-tests-0123456789abcdef',
  ARGON2_MEMORY_KIB: '8',
  ARGON2_PASSES: '1',
  // On a slow machine requests wait for the hash queue instead of failing.
  HASH_QUEUE_SECONDS: '60',
  LOG_LEVEL: 'debug',
  // Tests send thousands of requests from one address. Tests of limits switch them on.
  RATE_LIMITS: 'off',
  // Audit events are written at once, so that tests find them.
  AUDIT_FLUSH_MS: '0',
}

export interface TestAppOptions {
  /** Environment variables that replace or extend those of all tests. */
  readonly env?: Readonly<Record<string, string>>
  /** An open database; the caller closes it. */
  readonly database?: Database
  readonly clock?: ManualClock
  /** By default every password has the score 4, since zxcvbn takes a second to load. */
  readonly passwordScorer?: 'zxcvbn'
  /** Replaces parts of the infrastructure, for example with a store that fails. */
  readonly infrastructure?: (opened: Infrastructure) => Infrastructure
}

export interface TestApp {
  readonly app: App
  readonly config: Config
  readonly clock: ManualClock
  readonly database: Database
  /** Every logged line, as JSON text. */
  readonly log: readonly string[]
  /** Delivered mails, newest first. */
  readonly mailbox: readonly MailboxMail[]
  /** Delivers every mail that is due by the clock of the test. Returns the number of attempted deliveries. */
  deliverMail(): Promise<number>
  /** A client with its own cookies and User-Agent. */
  actor(headers?: Readonly<Record<string, string>>): Actor
  close(): Promise<void>
}

/** The whole service on its own database, without sockets. */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const closer = new Closer()
  try {
    return await openTestApp(options, closer)
  } catch (error) {
    // Another test of this worker can use the database.
    await closer.close()
    throw error
  }
}

async function openTestApp(options: TestAppOptions, closer: Closer): Promise<TestApp> {
  const clock = options.clock ?? new ManualClock()
  const database = options.database ?? (await openTestDatabase())
  if (options.database === undefined) closer.add('database', () => database.close())
  const log: string[] = []
  const config = readConfig({
    ...testEnv,
    MASTER_KEY: masterKeyOf(database),
    ...redisEnv(options.env),
    ...options.env,
  })
  const logger = createPinoLogger(
    { ...config.log, format: 'json' },
    { write: (line: string) => void log.push(line) },
    openTracer(),
  )
  const hasher = new Argon2PasswordHasher(config.hashing, config.secrets.passwordPepper, new PooledArgon2())
  const assembled = await assemble(config, database, hasher, logger, closer, clock)
  const passwordScorer = options.passwordScorer === 'zxcvbn' ? assembled.passwordScorer : contentScorer
  const opened = { ...assembled, passwordScorer }
  const app = createApp(config, options.infrastructure?.(opened) ?? opened, {
    executionLimitMs: patienceMs,
    revocationPollMs: 200,
  })
  await insertStockedKey(config, assembled)
  await app.start()
  closer.add('app', () => app.stop())
  return {
    app,
    config,
    clock,
    database,
    log,
    get mailbox() {
      return opened.mailbox?.list() ?? []
    },
    deliverMail: () => app.courier.deliverDue(),
    actor: (headers = {}) => new Actor(app, config.server.publicUrl, headers),
    close: () => closer.close(),
  }
}

/** Spares a service the generation of its first RSA key. Tests of key generation set another algorithm or length. */
async function insertStockedKey({ tokens }: Config, { signingKeys, sealer, clock }: Infrastructure) {
  if (tokens.algorithm !== 'RS256' || tokens.rsaKeyBits !== stockedRsaBits) return
  await signingKeys.insertFirst(await stockedSigningKey(inject('keyStock'), sealer, clock.now()))
}

/**
 * The Redis of all tests has time to respond: on a busy machine a process would count some attempts itself, and tests of
 * counts would fail. Tests with a Redis of their own keep the default.
 */
function redisEnv(env: TestAppOptions['env'] = {}): Record<string, string> {
  const url = inject('redisUrl')
  if (inject('backend') !== 'servers' || url === null || env.REDIS_URL !== undefined) return {}
  return { REDIS_URL: url, REDIS_TIMEOUT_MS: '10000' }
}

const masterKeys = new WeakMap<Database, string>()

/**
 * One master key for all services on a database, because it seals the signing keys there. Other databases have other
 * keys: all tests share one Redis, and the names of its counters derive from the master key.
 */
function masterKeyOf(database: Database): string {
  const key = masterKeys.get(database) ?? randomBytes(32).toString('base64')
  masterKeys.set(database, key)
  return key
}

/** An e-mail address that no other test uses. */
export function freshEmail(name = 'ada'): string {
  return `${name}-${randomUUID().slice(0, 13)}@example.com`
}

/** Meets every rule of the classic policy. */
export const goodPassword = 'Corr3ct-horse-battery!'
