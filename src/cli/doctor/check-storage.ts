import type { Config } from '../../config/config.ts'
import {
  examineDatabase,
  examineKeys,
  hasDatabase,
  openDoctorDatabase,
} from '../../infrastructure/doctor-probes.ts'
import { errorText } from '../../lib/text/error-text.ts'
import { attempt, type FailedStep } from './attempt.ts'
import { checkClock } from './check-clock.ts'
import { checkConnections } from './check-connections.ts'
import { checkDatabase } from './check-database.ts'
import { checkKeys } from './check-keys.ts'
import { checkPooler } from './check-pooler.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

/** Everything that requires the database. If it cannot be opened, that is the only finding. */
export async function checkStorage(config: Config): Promise<readonly Finding[]> {
  const isEmbedded = config.database.url === null
  if (!hasDatabase(config)) return [ok('database', 'Embedded; the first start creates it.')]
  const database = await openDoctorDatabase(config).catch((error: unknown) => error)
  if (!isDatabase(database)) return [notOpened(database, isEmbedded)]
  try {
    return await checkOpened(config, database)
  } finally {
    // A connection that cannot be closed takes no finding away.
    await database.close().catch(() => undefined)
  }
}

async function checkOpened(config: Config, database: OpenDatabase): Promise<readonly Finding[]> {
  const isEmbedded = config.database.url === null
  const suitable = await attempt(steps.suitable, () => database.assertSuitable())
  const facts = await attempt(steps.facts, () => examineDatabase(database))
  const { isPooled, findings } = await checkPooler(config)
  const found = [
    ...suitable.findings,
    ...facts.findings,
    ...(facts.value === null ? [] : checkDatabase(facts.value, isEmbedded)),
    ...findings,
    ...(facts.value === null ? [] : [checkClock('PostgreSQL', facts.value.aheadMs)]),
    ...(facts.value === null || isEmbedded || isPooled === null
      ? []
      : [checkConnections(config, facts.value, isPooled)]),
  ]
  // The history and the keys are those of another application, or cannot be read.
  if (suitable.findings.length > 0) return found
  const content = await checkContent(config, database, facts.value?.deniedTables ?? [])
  return [...found, ...content]
}

/** Migrations, and the keys if none is missing. */
async function checkContent(
  config: Config,
  database: OpenDatabase,
  deniedTables: readonly string[],
): Promise<readonly Finding[]> {
  const pending = await attempt(steps.migrations, () => database.pendingMigrations())
  if (pending.value === null) return pending.findings
  const migrations = checkMigrations(pending.value, config.database.url === null)
  if (pending.value.length > 0) return [migrations]
  const keys = await attempt(steps.keys, () => examineKeys(config, database))
  if (keys.value !== null) return [migrations, ...checkKeys(keys.value, config, new Date())]
  // The finding about the rights says it already.
  return deniedTables.includes('signing_keys') ? [migrations] : [migrations, ...keys.findings]
}

const rights = 'the rights of the role of DATABASE_URL (docs/postgresql.md)'

/** What it means that a step fails. */
const steps = {
  suitable: {
    check: 'database',
    message: 'The database cannot be used',
    advice: `Check DATABASE_URL, and ${rights}.`,
  },
  facts: {
    check: 'database',
    message: 'The settings of the server cannot be read',
    advice: `Check the log of the server, and ${rights}.`,
  },
  migrations: {
    check: 'migrations',
    message: 'The applied migrations cannot be read',
    advice: `Check the log of the server, and ${rights}.`,
  },
  keys: {
    check: 'signing keys',
    message: 'They cannot be read',
    advice: `Check the log of the server, and ${rights}; restore a backup if the table is damaged.`,
  },
} satisfies Readonly<Record<string, FailedStep>>

type OpenDatabase = Awaited<ReturnType<typeof openDoctorDatabase>>

function isDatabase(opened: unknown): opened is OpenDatabase {
  return opened instanceof Object && 'pendingMigrations' in opened
}

function notOpened(error: unknown, isEmbedded: boolean): Finding {
  const message = errorText(error)
  if (isEmbedded && message.includes('Another process already uses'))
    return warning(
      'database',
      'The embedded database is in use, probably by the running service: it and the keys in it were not examined.',
      'Stop the service and repeat this command, or ask the service: gatehouse health.',
    )
  return failure(
    'database',
    `${message.replace(/\.$/, '')}.`,
    'Check DATABASE_URL, the network and the log of the server.',
  )
}

function checkMigrations(pending: readonly string[], isEmbedded: boolean): Finding {
  if (pending.length === 0) return ok('migrations', 'All are applied.')
  const message = `Missing: ${pending.length}. The first one is ${pending[0]}.`
  const advice = 'Run gatehouse migrate (npm run db:migrate in a clone).'
  // A start with the embedded database applies them.
  return isEmbedded ? warning('migrations', message, advice) : failure('migrations', message, advice)
}
