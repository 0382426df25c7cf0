import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { Client } from 'pg'
import { expect, it } from 'vitest'
import { BoundedPool } from '../../src/adapters/prisma/server/bounded-pool.ts'

/** A client that is connected to nothing. */
class Unconnected extends Client {
  override connect(): Promise<Client>
  override connect(connected: (error: Error) => void): void
  override connect(connected?: unknown): Promise<Client> | undefined {
    if (typeof connected === 'function') process.nextTick(connected)
    return undefined
  }
}

it('survives the loss of a connection that a caller who has given up was about to return', async () => {
  const options = { max: 1, idleTimeoutMillis: 0, Client: Unconnected }
  const pool = new BoundedPool(options, { maxWaitMs: 1, maxWaiting: 1 })
  const client = await pool.connect()
  await expect(pool.connect()).rejects.toThrow('No database connection was free within 1 ms.')
  const acquired = once(pool, 'acquire')
  client.release()
  const [late] = await acquired
  expect(() => late.emit('error', new Error('Connection terminated unexpectedly'))).not.toThrow()
  await setImmediate()
  await setImmediate()
  expect([pool.totalCount, pool.idleCount]).toEqual([1, 1])
})
