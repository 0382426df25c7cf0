import { describe, expect, inject, it } from 'vitest'
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
})
