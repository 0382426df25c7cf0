import { readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { EmbeddedDatabase } from '../../src/adapters/prisma/embedded/embedded-database.ts'
import { EmbeddedPostgres } from '../../src/adapters/prisma/embedded/embedded-postgres.ts'
import { type CleanState, cleanTables, readCleanState } from './clean-tables.ts'

interface EmptyDatabase {
  readonly postgres: EmbeddedPostgres
  readonly state: CleanState
}

/** Migrated databases of this worker that no test uses at present. Starting one takes longer than most test files. */
const spares: EmptyDatabase[] = []
const maxSpares = 3

/**
 * An embedded database in memory that contains only what migrations insert. Closing it empties it for the next test;
 * afterwards it refuses every query, as a closed database does.
 */
export async function takeSpareDatabase(dump: string, transactionLimitMs: number): Promise<EmbeddedDatabase> {
  const empty = spares.pop() ?? (await startDatabase(dump))
  return new EmbeddedDatabase({ postgres: lend(empty), release: null, transactionLimitMs })
}

/** The same database behind a handle that `close` invalidates, so that work left over from one test never meets the next. */
function lend(empty: EmptyDatabase): EmbeddedPostgres {
  let lent = true
  const close = async (): Promise<void> => {
    lent = false
    await setImmediate()
    await giveBack(empty)
  }
  return new Proxy(empty.postgres, {
    get(postgres, name) {
      if (name === 'close') return lent ? close : refuse
      const value: unknown = Reflect.get(postgres, name, postgres)
      if (typeof value !== 'function') return value
      return lent ? value.bind(postgres) : refuse
    },
  })
}

async function refuse(): Promise<never> {
  throw new Error('PGlite is closed')
}

async function startDatabase(dump: string): Promise<EmptyDatabase> {
  const postgres = new EmbeddedPostgres({ loadDataDir: new Blob([await readFile(dump)]) })
  await postgres.waitReady
  await postgres.exec(`SET TIME ZONE 'UTC'`)
  return { postgres, state: await readCleanState(postgres) }
}

/** Gives the database back. One whose tables a test has changed, or that cannot be emptied, is closed instead. */
async function giveBack(empty: EmptyDatabase): Promise<void> {
  const { postgres, state } = empty
  if (spares.length < maxSpares && (await cleanTables(postgres, state))) spares.push(empty)
  else await postgres.close()
}
