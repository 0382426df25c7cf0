import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, inject, it } from 'vitest'
import { migrationNames } from '../../src/adapters/prisma/migrations/migration-folder.ts'
import { openPostgresDatabase } from '../../src/adapters/prisma/server/postgres-database.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { createServerDatabase } from '../support/test-database.ts'

const program = fileURLToPath(new URL('../support/migrate-server.ts', import.meta.url))

describe.runIf(inject('backend') === 'servers')('migrations on a PostgreSQL server', () => {
  it('are applied once by four processes that start together, and none fails', async () => {
    const { url, drop } = await createServerDatabase({ migrated: false })
    const database = openPostgresDatabase({
      url,
      directUrl: url,
      poolMin: 0,
      poolMax: 1,
      logger: silentLogger,
    })
    expect(await database.pendingMigrations()).toEqual(await migrationNames())
    const args = ['--import', 'tsx', program, url]
    const runs = Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, args))
    const applied = (await Promise.all(runs)).map(({ stdout }) => stdout)
    expect(applied.filter((names) => names !== '[]')).toEqual([JSON.stringify(await migrationNames())])
    expect(await database.pendingMigrations()).toEqual([])
    expect(await database.client.tenant.count()).toBe(1)
    await database.close()
    await drop()
  })
})
