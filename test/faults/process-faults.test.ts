import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { outcomeOf } from '../support/answers.ts'
import { eventually } from '../support/eventually.ts'
import { tryLogin } from '../support/people.ts'
import { processEnv, ServiceProcess } from '../support/service-process.ts'
import { createServerDatabase } from '../support/test-database.ts'
import { reportFault } from './support/fault-report.ts'
import { RefreshLoad, signUpAll } from './support/refresh-load.ts'

/** The defaults of production. */
const hashMiB = 19
const realHashes = { ARGON2_MEMORY_KIB: String(hashMiB * 1024), ARGON2_PASSES: '2', HASH_QUEUE_SECONDS: '2' }
/** Other memory that a storm may take: requests in the queue, code that runs for the first time. */
const otherMiB = 100

let database: Awaited<ReturnType<typeof createServerDatabase>>
let services: ServiceProcess[] = []
beforeAll(async () => {
  database = await createServerDatabase()
})
afterEach(async () => {
  await Promise.all(services.map((service) => service.stop('SIGKILL')))
  services = []
})
afterAll(() => database.drop())

async function start(env: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
  const given = { DATABASE_URL: database.url, REDIS_URL: inject('redisUrl') ?? '', DATABASE_POOL_MAX: '20' }
  const service = await ServiceProcess.start({ ...given, ...env })
  services.push(service)
  return service
}

/** 99 of 100 values are at most this. */
function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN
}

async function residentMiB({ pid }: ServiceProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024
}

describe('F15: SIGTERM under load', () => {
  it('cuts no request, and ends with 0', async () => {
    const service = await start({ DRAIN_NOTICE_SECONDS: '2' })
    const load = new RefreshLoad(await signUpAll(20, () => service.actor()))
    await load.untilAnswered(500)
    const startedMs = performance.now()
    const ended = service.stop('SIGTERM')
    await eventually(async () => expect(await service.readiness()).not.toBe(200), { everyMs: 5 })
    const notReadyMs = performance.now() - startedMs
    const accepted = load.answered
    // During the notice every request is served. A balancer takes the process out; here the clients stop.
    await load.stop()
    const end = await ended
    reportFault('F15 SIGTERM with 20 clients', {
      answered: load.answered,
      'of them after the signal': load.answered - accepted,
      failed: load.failures.length,
      'not ready after ms': notReadyMs,
      'ended after ms': performance.now() - startedMs,
    })
    expect(load.failures).toEqual([])
    expect(end).toEqual({ code: 0, signal: null })
  })
})

describe('F20: 200 logins at once', () => {
  it('are answered or refused with 503; reads and health go on, and memory is bounded', async () => {
    const service = await start(realHashes)
    const people = await signUpAll(8, () => service.actor())
    const before = await residentMiB(service)
    const reads = new RefreshLoad(people, 20)
    const liveMs: number[] = []
    const refusalsMs: number[] = []
    const outcomes: Record<string, number> = {}
    let over = false
    const health = (async () => {
      while (!over) {
        const askedMs = performance.now()
        expect((await service.get('/health/live')).status).toBe(200)
        liveMs.push(performance.now() - askedMs)
        await sleep(10)
      }
    })()
    const stormMs = performance.now()
    let highest = before
    const logins = Array.from({ length: 200 }, async (_, at) => {
      const answer = await tryLogin(service.actor(), people[at % people.length]?.email ?? '')
      const outcome = outcomeOf(answer)
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      if (outcome === 'UNAVAILABLE') refusalsMs.push(performance.now() - stormMs)
      highest = Math.max(highest, await residentMiB(service))
    })
    await Promise.all(logins)
    over = true
    await health
    await reads.stop()
    reportFault('F20 200 logins at once, hashes of 19 MiB', {
      ...outcomes,
      'answered beside it': reads.answered,
      'of them UNAVAILABLE': reads.unavailable,
      'their p95 ms': reads.p95Ms,
      'live p99 ms': p99(liveMs),
      'refusals within ms': refusalsMs.length === 0 ? 'none' : Math.max(...refusalsMs),
      'memory growth MiB': highest - before,
    })
    expect(Object.keys(outcomes).filter((outcome) => !/^(LoginSuccess|UNAVAILABLE)$/.test(outcome))).toEqual(
      [],
    )
    expect(outcomes.LoginSuccess).toBeGreaterThan(0)
    expect(reads.failures).toEqual([])
    expect(highest - before).toBeLessThan(availableParallelism() * hashMiB + otherMiB)
  })
})

describe('F22: a start with another MASTER_KEY', () => {
  it('ends with 78 and one line that has no secret', async () => {
    await start()
    const other = Buffer.from('gatehouse faults: another key 32').toString('base64')
    const startedMs = performance.now()
    const service = ServiceProcess.spawn({ DATABASE_URL: database.url, MASTER_KEY: other })
    const end = await service.ended
    reportFault('F22 start with another MASTER_KEY', { 'refused after ms': performance.now() - startedMs })
    expect(end).toEqual({ code: 78, signal: null })
    expect(service.output.trim().split('\n')).toHaveLength(1)
    for (const secret of [other, processEnv.MASTER_KEY ?? '']) expect(service.output).not.toContain(secret)
  })
})
