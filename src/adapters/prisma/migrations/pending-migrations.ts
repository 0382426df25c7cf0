import { migrationNames } from './migration-folder.ts'

/** Runs a statement and returns its rows as objects. */
export type RunQuery = (sql: string) => Promise<readonly unknown[]>

const appliedSql = `SELECT migration_name FROM _prisma_migrations
  WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`
const undefinedTable = '42P01'

/** Lists the migrations that a database lacks. Each call is one small query; the folder is read once. */
export class PendingMigrations {
  readonly #run: RunQuery
  #names: Promise<readonly string[]> | null = null

  constructor(run: RunQuery) {
    this.#run = run
  }

  /** Names of the migrations that are not applied completely, oldest first. */
  async list(): Promise<readonly string[]> {
    this.#names ??= migrationNames()
    const [names, applied] = await Promise.all([this.#names, this.#applied()])
    return names.filter((name) => !applied.has(name))
  }

  async #applied(): Promise<ReadonlySet<unknown>> {
    const rows = await this.#run(appliedSql).catch((error: unknown) => {
      if (error instanceof Error && Reflect.get(error, 'code') === undefinedTable) return []
      throw error
    })
    return new Set(rows.map((row) => (row instanceof Object ? Reflect.get(row, 'migration_name') : null)))
  }
}
