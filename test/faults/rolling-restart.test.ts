import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { nginxWith, RealProxy } from '../http/support/real-proxy.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { createServerDatabase } from '../support/test-database.ts'
import { reportFault } from './support/fault-report.ts'
import { actorAt, RefreshLoad, signUpAll } from './support/refresh-load.ts'

/** ROLLING_REQUESTS=1000 is a short form. */
const requests = Number(process.env.ROLLING_REQUESTS ?? 10_000)
const clients = 8
const count = 4

let database: Awaited<ReturnType<typeof createServerDatabase>>
const started: ServiceProcess[] = []
beforeAll(async () => {
  database = await createServerDatabase()
})
afterEach(() => Promise.all(started.splice(0).map((service) => service.stop('SIGKILL'))))
afterAll(() => database.drop())

const start = async (more: Readonly<Record<string, string>>) => {
  const env = { DATABASE_URL: database.url, REDIS_URL: inject('redisUrl') ?? '', DATABASE_POOL_MAX: '8' }
  const service = await ServiceProcess.start({ ...env, ...more })
  started.push(service)
  return service
}

/** The upstream of deploy/nginx.conf, without TLS. */
const configure = (ports: readonly number[]) => (front: number, folder: string) =>
  nginxWith(
    `upstream gatehouse {
    least_conn;
    ${ports.map((port) => `server 127.0.0.1:${port} max_fails=2 fail_timeout=5s;`).join('\n    ')}
    keepalive 64;
  }
  server {
    listen 127.0.0.1:${front};
    location / {
      proxy_pass http://gatehouse;
      proxy_http_version 1.1;
      proxy_set_header Connection '';
      proxy_set_header Host $host;
      proxy_connect_timeout 2s;
      proxy_next_upstream error timeout;
      proxy_next_upstream_tries 2;
    }
  }`,
    folder,
  )

describe(`a restart of ${count} processes behind nginx, one after the other, during ${requests} requests`, () => {
  it('fails no request', async () => {
    const ports = await Promise.all(Array.from({ length: count }, freePort))
    const envOf = (port: number) => ({ PORT: String(port), REPLICAS: String(count) })
    const services = await Promise.all(ports.map((port) => start(envOf(port))))
    const nginx = await RealProxy.startWith('nginx', configure(ports))
    const load = new RefreshLoad(await signUpAll(clients, () => actorAt(nginx.port)))
    const startedMs = performance.now()
    for (const [at, port] of ports.entries()) {
      await load.untilAnswered(requests / (count + 1))
      expect(await services[at]?.stop('SIGTERM')).toEqual({ code: 0, signal: null })
      await start(envOf(port))
    }
    await load.untilAnswered(requests - load.answered)
    const seconds = (performance.now() - startedMs) / 1000
    await load.stop()
    await nginx.stop()
    reportFault(`F17 rolling restart of ${count} processes behind nginx`, figuresOf(load, seconds))
    expect(load.failures).toEqual([])
    expect(load.answered).toBeGreaterThanOrEqual(requests)
  })
})

describe(`a group of two workers that is replaced twice during ${requests} requests`, () => {
  it('fails no request', async () => {
    const service = await start({ WORKERS: '2', DATABASE_POOL_MAX: '20' })
    const ready = () => service.output.split('"msg":"a worker is ready"').length - 1
    await eventually(() => expect(ready()).toBe(2))
    const load = new RefreshLoad(await signUpAll(clients, () => service.actor()))
    const startedMs = performance.now()
    for (const round of [1, 2]) {
      await load.untilAnswered(requests / 3)
      process.kill(service.pid, 'SIGUSR2')
      await eventually(() => expect(ready()).toBe(2 + 2 * round))
      await eventually(() => expect(service.output.split('"reason":"replaced"').length - 1).toBe(2 * round))
    }
    await load.untilAnswered(requests - load.answered)
    const seconds = (performance.now() - startedMs) / 1000
    await load.stop()
    reportFault('F17 two replacements of all workers of a group', figuresOf(load, seconds))
    expect(load.failures).toEqual([])
    expect(await service.stop('SIGTERM')).toEqual({ code: 0, signal: null })
  })

  it('ends with 1 if its workers crash again and again', async () => {
    const service = await start({ WORKERS: '2' })
    const pids = () =>
      [...service.output.matchAll(/"pid":(\d+),"ready":\d+,"msg":"a worker is ready"/g)].map(([, pid]) =>
        Number(pid),
      )
    const killed = new Set<number>()
    const killing = setInterval(() => {
      for (const pid of pids().filter((one) => !killed.has(one))) {
        killed.add(pid)
        process.kill(pid, 'SIGKILL')
      }
    }, 50)
    const startedMs = performance.now()
    expect(await service.ended).toEqual({ code: 1, signal: null })
    clearInterval(killing)
    reportFault('Workers that crash again and again', {
      'workers killed': killed.size,
      'until the group ended, s': (performance.now() - startedMs) / 1000,
    })
    expect(service.output).toContain('Workers crash again and again; the group ends')
  })
})

function figuresOf(load: RefreshLoad, seconds: number) {
  return {
    requests: load.answered,
    failed: load.failures.length,
    UNAVAILABLE: load.unavailable,
    'p95 ms': load.p95Ms,
    'slowest ms': load.slowestMs,
    seconds,
  }
}
