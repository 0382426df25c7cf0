import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { listen } from '../../src/http/listen.ts'
import type { LogFields, Logger } from '../../src/lib/observation/logger.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { Stopwatch } from '../support/stopwatch.ts'
import { exchange, open, postText, startServer } from './support/raw-socket.ts'
import { createTestHttpApp } from './support/test-http-app.ts'

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const slow = (ms: number) => postText(`{"query":"{ slow(ms: ${ms}) }"}`).replace('Connection: close\r\n', '')

describe('stopping', () => {
  it('answers what runs, with Connection: close, and is not ready meanwhile', async () => {
    const server = await startServer(createTestHttpApp(), 5)
    const answers = Array.from({ length: 5 }, () => exchange(server.port, slow(600), 4000))
    const idle = await open(server.port)
    idle.on('error', () => undefined)
    await wait(100)
    const watch = new Stopwatch()
    const closed = server.close()
    const ready = await exchange(server.port, 'GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n')
    expect(ready).toMatch(/^HTTP\/1\.1 503 /)
    expect(ready).toMatch(/connection: close/i)
    for (const answer of await Promise.all(answers)) {
      expect(answer).toContain('{"data":{"slow":"slept"}}')
      expect(answer).toMatch(/connection: close/i)
    }
    await closed
    expect(watch.stop()).toBeLessThan(2000)
    await expect(open(server.port)).rejects.toThrow('ECONNREFUSED')
  })

  it('is immediate without connections, and happens once', async () => {
    const server = await startServer(createTestHttpApp(), 10)
    const watch = new Stopwatch()
    await Promise.all([server.close(), server.close()])
    expect(watch.stop()).toBeLessThan(300)
  })

  it('serves every request that begins before its notice ends', async () => {
    const server = await startServer(createTestHttpApp(), 2, { drainNoticeSeconds: 3 })
    await exchange(server.port, postText('{"query":"{ hello }"}'))
    const statuses: string[] = []
    let closed = false
    const started = performance.now()
    const load = async () => {
      // Long before the end of the notice: a busy machine may take a second for the last request.
      while (performance.now() - started < 500) {
        const answer = await exchange(server.port, postText('{"query":"{ hello }"}'))
        statuses.push(answer.slice(0, answer.indexOf('\r\n')))
      }
    }
    const loads = Array.from({ length: 10 }, load)
    const closing = server.close().then(() => {
      closed = true
    })
    await Promise.all(loads)
    expect(closed).toBe(false)
    expect(new Set(statuses)).toEqual(new Set(['HTTP/1.1 200 OK']))
    await closing
    expect(performance.now() - started).toBeGreaterThan(2950)
  })

  it('gives notice although no one is connected, if someone was recently', async () => {
    const server = await startServer(createTestHttpApp(), 2, { drainNoticeSeconds: 0.4 })
    await exchange(server.port, postText('{"query":"{ hello }"}'))
    const started = performance.now()
    await server.close()
    expect(performance.now() - started).toBeGreaterThan(350)
  })

  it('cuts what is still running when its time is over', async () => {
    const server = await startServer(createTestHttpApp(), 1)
    const answer = exchange(server.port, slow(5000), 8000)
    await wait(100)
    const watch = new Stopwatch()
    await server.close()
    expect(watch.stop()).toBeLessThan(1500)
    expect(await answer).toBe('')
  })
})

describe('listening', () => {
  const app = createTestHttpApp()
  const deps = { app, port: 0, logger: silentLogger, drainNoticeSeconds: 0.1, drainSeconds: 1 }

  it('goes on without a host that this machine does not have, and says so', async () => {
    const warnings: LogFields[] = []
    const logger: Logger = { ...silentLogger, warn: (fields) => void warnings.push(fields) }
    const server = await listen({ ...deps, logger, hosts: ['127.0.0.1', '192.0.2.1'] })
    expect(server.addresses).toHaveLength(1)
    expect(warnings).toEqual([{ host: '192.0.2.1' }])
    await server.close()
    await expect(listen({ ...deps, hosts: ['192.0.2.1'] })).rejects.toThrow('HOST 192.0.2.1')
  })

  it('names PORT when it is taken, and keeps nothing open', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const address = other.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    await expect(listen({ ...deps, port, hosts: ['127.0.0.1'] })).rejects.toThrow(
      `PORT ${port} is already in use`,
    )
    other.close()
  })
})
