import { describe, expect, inject, it } from 'vitest'
import { BoundedPool } from '../../src/adapters/prisma/server/bounded-pool.ts'
import { openPostgresDatabase } from '../../src/adapters/prisma/server/postgres-database.ts'
import { createPinoLogger } from '../../src/adapters/telemetry/pino-logger.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { createServerDatabase } from '../support/test-database.ts'

describe.runIf(inject('backend') === 'servers')('a database connection that is cut', () => {
  it('is logged without the connection of the driver and its cancel key', async () => {
    const { url, drop } = await createServerDatabase()
    const proxy = await TcpProxy.open(url)
    const lines: string[] = []
    const logger = createPinoLogger(
      { level: 'debug', format: 'json' },
      { write: (line) => void lines.push(line) },
    )
    const options = { url: proxy.url, directUrl: proxy.url, poolMin: 1, poolMax: 2, logger }
    const database = openPostgresDatabase(options)
    await database.ping()
    proxy.cut()
    await expect.poll(() => lines.join('')).toContain('a database connection was lost')
    expect(lines.join('')).not.toMatch(/"(client|secretKey|processID|connectionParameters|_events|password)"/)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ error: { message: expect.any(String) } })
    await database.close()
    await proxy.close()
    await drop()
  })

  it('does not end the process while it is lent and no statement runs', async () => {
    const { url, drop } = await createServerDatabase()
    const proxy = await TcpProxy.open(url)
    const pool = new BoundedPool({ connectionString: proxy.url, max: 1 }, { maxWaitMs: 1000, maxWaiting: 10 })
    pool.on('error', () => undefined)
    const lent = await pool.connect()
    // `once` of node:events would listen for the error, too.
    const lost = new Promise((resolve) => lent.once('end', resolve))
    proxy.cut()
    await lost
    lent.release(true)
    proxy.restore()
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
    await pool.end()
    await proxy.close()
    await drop()
  })
})
