import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { errorText } from '../../../lib/text/error-text.ts'
import { readMigrations } from './migration-folder.ts'
import { openSchemaEngine } from './schema-engine.ts'

/** The schema engine ignores no objects. */
const noFilter = { externalTables: [], externalEnums: [] }

/**
 * Applies missing migrations and records them in `_prisma_migrations`, like `prisma migrate deploy`.
 * @returns the names of the migrations applied by this call, oldest first.
 * @throws if a migration fails, or an earlier one failed and has not been repaired (Prisma P3009, P3018).
 */
export async function applyMigrations(
  factory: SqlMigrationAwareDriverAdapterFactory,
): Promise<readonly string[]> {
  const observed = observeErrors(factory)
  try {
    const engine = await openSchemaEngine(observed.factory)
    try {
      const migrationsList = await readMigrations()
      const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: noFilter })
      return appliedMigrationNames
    } finally {
      engine.free()
    }
  } catch (error) {
    throw observed.causeOf(error)
  }
}

/** The engine reports an error that is not of PostgreSQL, such as a lost connection, by a number only. */
function observeErrors(factory: SqlMigrationAwareDriverAdapterFactory) {
  let last: unknown = null
  const observe =
    <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      try {
        return await work(...args)
      } catch (error) {
        last = error
        throw error
      }
    }
  const observedFactory: SqlMigrationAwareDriverAdapterFactory = {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: observe(async () => {
      const adapter = await factory.connect()
      adapter.queryRaw = observe(adapter.queryRaw.bind(adapter))
      adapter.executeRaw = observe(adapter.executeRaw.bind(adapter))
      adapter.executeScript = observe(adapter.executeScript.bind(adapter))
      return adapter
    }),
    connectToShadowDb: () => factory.connectToShadowDb(),
  }
  const isNumbered = (error: unknown) => errorText(error).includes('External error id#')
  return {
    factory: observedFactory,
    causeOf: (error: unknown) => (isNumbered(error) ? (last ?? error) : error),
  }
}
