import { Client } from 'pg'
import { describe, expect, inject, it } from 'vitest'
import { openPostgresDatabase } from '../../src/adapters/prisma/server/postgres-database.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { patienceMs } from '../support/eventually.ts'
import { createServerDatabase } from '../support/test-database.ts'

const own = `datname = current_database() AND application_name = 'gatehouse'`

describe.runIf(inject('backend') === 'servers')('DATABASE_POOL_MIN', () => {
  it('is the number of connections that are open before the first request', async () => {
    const { url, drop } = await createServerDatabase()
    const observer = new Client({ connectionString: url })
    await observer.connect()
    const limits = { url, directUrl: url, poolMin: 3, poolMax: 6, logger: silentLogger }
    const database = openPostgresDatabase(limits)
    try {
      await database.openConnections()
      const { rows } = await observer.query(`SELECT pid FROM pg_stat_activity WHERE ${own}`)
      expect(rows).toHaveLength(3)
    } finally {
      await database.close()
      await observer.end()
      await drop()
    }
  })

  it('is the number of connections that are open after the first use, and again after they are lost', async () => {
    const { url, drop } = await createServerDatabase()
    const observer = new Client({ connectionString: url })
    await observer.connect()
    const openPids = async (): Promise<unknown[]> => {
      const { rows } = await observer.query(`SELECT pid FROM pg_stat_activity WHERE ${own}`)
      return rows.map(({ pid }) => pid)
    }
    const database = openPostgresDatabase({
      url,
      directUrl: url,
      poolMin: 5,
      poolMax: 6,
      logger: silentLogger,
    })
    try {
      await database.ping()
      await expect.poll(openPids, { timeout: patienceMs }).toHaveLength(5)
      const lost = new Set(await openPids())
      await observer.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${own}`)
      const replaced = async () => (await openPids()).filter((pid) => !lost.has(pid))
      await expect.poll(replaced, { timeout: patienceMs }).toHaveLength(5)
    } finally {
      await database.close()
      await observer.end()
      await drop()
    }
  })
})
