import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { runCommand } from '../../src/cli/run-command.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { openDatabase } from '../../src/infrastructure/open-infrastructure.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { unpackMigratedDatabase } from './migrated-folder.ts'
import { createServerDatabase } from './test-database.ts'

/** A folder and a migrated database of its own, which commands open and close. */
export interface CommandStage {
  readonly folder: string
  /** The environment of its commands. */
  readonly env: Readonly<Record<string, string>>
  /** Runs a command, and collects what it prints. */
  run(
    words: readonly string[],
    settings?: Readonly<Record<string, string>>,
    confirm?: (question: string) => Promise<boolean>,
  ): Promise<{ code: number | null; output: string[]; errors: string[] }>
  /** Runs between commands: only one process can open the embedded database. */
  onDatabase<T>(work: (database: Database) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export async function openCommandStage(
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandStage> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-command-'))
  const server = inject('backend') === 'servers' ? await createServerDatabase() : null
  const databaseUrl = server === null ? {} : { DATABASE_URL: server.url }
  const env = { DATA_DIR: join(folder, 'data'), ...databaseUrl, ...variables }
  if (server === null) await unpackMigratedDatabase(env.DATA_DIR)
  return {
    folder,
    env,
    async run(words, settings = {}, confirm) {
      const output: string[] = []
      const errors: string[] = []
      const code = await runCommand(words, {
        env: { ...env, ...settings },
        print: (line) => void output.push(line),
        printError: (line) => void errors.push(line),
        ...(confirm === undefined ? {} : { confirm }),
      })
      return { code, output, errors }
    },
    async onDatabase(work) {
      const database = await openDatabase(readConfig(env), silentLogger)
      try {
        return await work(database)
      } finally {
        await database.close()
      }
    },
    async close() {
      await server?.drop()
      await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}
