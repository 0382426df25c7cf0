import type { Config } from '../../config/config.ts'
import {
  examineDatabase,
  examineKeys,
  hasDatabase,
  openDoctorDatabase,
} from '../../infrastructure/doctor-probes.ts'
import { errorText } from '../../lib/text/error-text.ts'
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
    const { isPooled, findings } = await checkPooler(config)
    const facts = await examineDatabase(database)
    const pending = await database.pendingMigrations()
    const checked = [
      ...checkDatabase(facts, isEmbedded),
      ...findings,
      checkMigrations(pending, isEmbedded),
      checkClock('PostgreSQL', facts.aheadMs),
      ...(isEmbedded ? [] : [checkConnections(config, facts, isPooled)]),
    ]
    if (pending.length > 0) return checked
    return [...checked, ...checkKeys(await examineKeys(config, database), config, new Date())]
  } finally {
    await database.close()
  }
}

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
  return failure('database', message, 'Check DATABASE_URL, the network and the log of the server.')
}

function checkMigrations(pending: readonly string[], isEmbedded: boolean): Finding {
  if (pending.length === 0) return ok('migrations', 'All are applied.')
  const message = `${pending.length} are missing, the first one is ${pending[0]}.`
  const advice = 'Run gatehouse migrate.'
  // A start with the embedded database applies them.
  return isEmbedded ? warning('migrations', message, advice) : failure('migrations', message, advice)
}
