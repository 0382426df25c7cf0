import { randomBytes, randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { Argon2PasswordHasher } from '../../src/adapters/crypto/argon2-password-hasher.ts'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { createPinoLogger } from '../../src/adapters/telemetry/pino-logger.ts'
import { type App, createApp } from '../../src/app/create-app.ts'
import type { Config } from '../../src/config/config.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { MailboxMail } from '../../src/domain/mail/mailbox.ts'
import type { PasswordScorer } from '../../src/domain/passwords/password-scorer.ts'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import { assemble } from '../../src/infrastructure/open-infrastructure.ts'
import { Closer } from '../../src/lib/closer.ts'
import { Actor } from './actor.ts'
import { ManualClock } from './manual-clock.ts'
import { openTestDatabase } from './test-database.ts'

const contentScorer: PasswordScorer = { score: async () => ({ score: 4, suggestions: [] }) }

/** Secrets of tests, of no worth; hashing is as cheap as argon2 can. */
const testEnv: Readonly<Record<string, string>> = {
  NODE_ENV: 'test',
  REFRESH_PEPPERS: 'test:a-pepper-of-the-tests-0123456789abcdef',
  ARGON2_MEMORY_KIB: '8',
  ARGON2_PASSES: '1',
  // A slow machine is no reason to refuse a test.
  HASH_QUEUE_SECONDS: '60',
  LOG_LEVEL: 'debug',
  // Tests call a thousand times from one address; those about limits switch them on.
  RATE_LIMITS: 'off',
  // What a test has caused is there when it looks.
  AUDIT_FLUSH_MS: '0',
}

export interface TestAppOptions {
  /** Environment variables on top of the tests' own. */
  readonly env?: Readonly<Record<string, string>>
  /** One that is open already; the caller closes it. */
  readonly database?: Database
  readonly clock?: ManualClock
  /** What scores passwords: by default nobody, and all of them are a 4; the real one takes a second to load. */
  readonly passwordScorer?: 'zxcvbn'
  /** Replaces parts of what was opened, for example with a store that fails. */
  readonly infrastructure?: (opened: Infrastructure) => Infrastructure
}

export interface TestApp {
  readonly app: App
  readonly config: Config
  readonly clock: ManualClock
  readonly database: Database
  /** Every line that was logged, as JSON text. */
  readonly log: readonly string[]
  /** What was mailed so far, newest first. */
  readonly mailbox: readonly MailboxMail[]
  /** Delivers every mail that is due by the clock of the test; answers how many were taken in hand. */
  deliverMail(): Promise<number>
  /** Somebody with a browser of his own: his cookies, his tokens, his User-Agent. */
  actor(headers?: Readonly<Record<string, string>>): Actor
  close(): Promise<void>
}

/** The whole service on a database of its own, without sockets. */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const closer = new Closer()
  const clock = options.clock ?? new ManualClock()
  const database = options.database ?? (await openTestDatabase())
  if (options.database === undefined) closer.add('database', () => database.close())
  const log: string[] = []
  const config = readConfig({
    ...testEnv,
    MASTER_KEY: masterKeyOf(database),
    ...redisEnv(),
    ...options.env,
  })
  const logger = createPinoLogger(
    { ...config.log, format: 'json' },
    { write: (line: string) => void log.push(line) },
  )
  const hasher = new Argon2PasswordHasher(config.hashing, config.secrets.passwordPepper)
  const assembled = assemble(config, database, hasher, logger, closer, clock)
  const passwordScorer = options.passwordScorer === 'zxcvbn' ? assembled.passwordScorer : contentScorer
  const opened = { ...assembled, passwordScorer }
  const app = createApp(config, options.infrastructure?.(opened) ?? opened)
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

function redisEnv(): Record<string, string> {
  const url = inject('redisUrl')
  return inject('backend') === 'servers' && url !== null ? { REDIS_URL: url } : {}
}

const masterKeys = new WeakMap<Database, string>()

/**
 * One for all services on a database, whose signing keys it has sealed, and for no others: the Redis of the tests is
 * shared and remembers for an hour, and this key is in the names of all that is counted there.
 */
function masterKeyOf(database: Database): string {
  const key = masterKeys.get(database) ?? randomBytes(32).toString('base64')
  masterKeys.set(database, key)
  return key
}

/** An address that nobody else in the tests has. */
export function freshEmail(name = 'ada'): string {
  return `${name}-${randomUUID().slice(0, 13)}@example.com`
}

/** Meets every rule of the classic policy. */
export const goodPassword = 'Corr3ct-horse-battery!'
