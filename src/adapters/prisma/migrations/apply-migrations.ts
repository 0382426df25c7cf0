import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { readMigrations } from './migration-folder.ts'
import { openSchemaEngine } from './schema-engine.ts'

/** Objects that the schema engine leaves alone: none. */
const noFilter = { externalTables: [], externalEnums: [] }

/**
 * Applies what is missing and records it in `_prisma_migrations`, as `prisma migrate deploy` would.
 * @returns the names of the migrations applied just now, oldest first; empty when there was nothing to do.
 * @throws when a migration fails, or when an earlier one failed and nobody has repaired it (Prisma P3009, P3018).
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
