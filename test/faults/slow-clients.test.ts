import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { createServerDatabase } from '../support/test-database.ts'
import { reportFault } from './support/fault-report.ts'
import { RefreshLoad, signUpAll } from './support/refresh-load.ts'

const slow = 200
const idle = 800
/** An address may have 600 connections. */
const addresses = 5

let database: Awaited<ReturnType<typeof createServerDatabase>>
let service: ServiceProcess
beforeAll(async () => {
  database = await createServerDatabase()
  service = await ServiceProcess.start({
    DATABASE_URL: database.url,
    REDIS_URL: inject('redisUrl') ?? '',
    DATABASE_POOL_MAX: '20',
  })
})
afterAll(async () => {
  await service.stop('SIGKILL')
  await database.drop()
})

async function open(at: number): Promise<Socket> {
  const host = `127.0.0.${2 + (at % addresses)}`
  const socket = connect({ port: service.port ?? 0, host: '127.0.0.1', localAddress: host })
  // Without reading it would not see that the server closes.
  socket.on('error', () => undefined).resume()
  await once(socket, 'connect')
  return socket
}

describe(`F23: ${slow} clients that send one byte a second, and ${idle} that send nothing`, () => {
  it('are closed within seconds, and delay no one', async () => {
    const people = await signUpAll(4, () => service.actor())
    const before = new RefreshLoad(people)
    await before.untilAnswered(200)
    await before.stop()
    const again = await signUpAll(4, () => service.actor())
    const sockets = await Promise.all(Array.from({ length: slow + idle }, (_, at) => open(at)))
    const openedMs = performance.now()
    const closedMs: number[] = []
    for (const socket of sockets) socket.once('close', () => closedMs.push(performance.now() - openedMs))
    const slowOnes = sockets.slice(0, slow)
    for (const socket of slowOnes) socket.write('POST /graphql HTTP/1.1\r\nhost: localhost\r\nx: ')
    const dripping = setInterval(() => {
      for (const socket of slowOnes) if (!socket.destroyed) socket.write('a')
    }, 1000)
    const load = new RefreshLoad(again)
    await eventually(() => expect(sockets.every(({ destroyed }) => destroyed)).toBe(true))
    await load.stop()
    clearInterval(dripping)
    reportFault('F23 slow and idle connections', {
      'last one closed after s': Math.max(...closedMs) / 1000,
      'p95 ms before': before.p95Ms,
      'p95 ms meanwhile': load.p95Ms,
      requests: load.answered,
      failed: load.failures.length,
    })
    expect(load.failures).toEqual([])
  })
})
