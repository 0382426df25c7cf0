import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
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
  const engine = await openSchemaEngine(factory)
  try {
    const migrationsList = await readMigrations()
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: noFilter })
    return appliedMigrationNames
  } finally {
    engine.free()
  }
}
