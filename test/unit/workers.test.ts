import { describe, expect, it } from 'vitest'
import { GroupMetrics } from '../../src/adapters/telemetry/group-metrics.ts'
import { PrometheusMetrics } from '../../src/adapters/telemetry/prometheus-metrics.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { type GaugeDescription, gauges } from '../../src/lib/observation/metrics.ts'
import { CrashRule } from '../../src/process/crash-rule.ts'
import { workerHeapMiB } from '../../src/process/worker-heap.ts'

const servers = { DATABASE_URL: 'postgres://localhost/x', REDIS_URL: 'redis://localhost' }
const secrets = {
  MASTER_KEY: Buffer.from('gatehouse tests: a master key 32').toString('base64'),
  REFRESH_PEPPERS: 'test:a-pepper-of-the-tests-0123456789abcdef',
}
const read = (env: Readonly<Record<string, string>>, cpus = 8) =>
  readConfig({ ...servers, ...secrets, ...env }, { cpus })

describe('the configuration of a worker', () => {
  it('has its part of the pools and of the hash budget, and counts every process', () => {
    expect(read({ WORKERS: '4', REPLICAS: '3' })).toMatchObject({
      workers: 4,
      replicas: 12,
      database: { poolMax: 5, poolMin: 2 },
      hashing: { concurrency: 1 },
    })
  })

  it('has at least one connection and one hash', () => {
    const { database, hashing } = read({ WORKERS: '64', DATABASE_POOL_MAX: '10', HASH_CONCURRENCY: '2' })
    expect([database.poolMax, database.poolMin, hashing.concurrency]).toEqual([1, 1, 1])
  })

  it.each([
    [1, 1],
    [6, 6],
    [96, 64],
  ])('auto is one worker for each of %i cores, at most 64', (cpus, workers) => {
    expect(read({ WORKERS: 'auto' }, cpus).workers).toBe(workers)
  })
})

describe('a group whose workers crash', () => {
  it('waits longer after each crash', () => {
    const rule = new CrashRule(2)
    expect([0, 1, 2, 3, 4].map((at) => rule.pauseAfterCrash(at))).toEqual([250, 500, 1000, 2000, 4000])
  })

  it('gives up after more than five within a minute, or twice the number of workers', () => {
    const crashes = (workers: number, times: number) => {
      const rule = new CrashRule(workers)
      return Array.from({ length: times }, (_, at) => rule.pauseAfterCrash(at)).at(-1)
    }
    expect([crashes(2, 5), crashes(2, 6)]).toEqual([4000, null])
    expect([crashes(8, 16), crashes(8, 17)]).toEqual([5000, null])
  })

  it('forgets a crash after a minute', () => {
    const rule = new CrashRule(1)
    for (let minute = 0; minute < 20; minute += 1) expect(rule.pauseAfterCrash(minute * 60_000)).toBe(250)
  })
})

describe('the heap of a worker', () => {
  const gibibyte = 2 ** 30
  it.each([
    ['its part of half of the memory', 4, 4, 8, 1024],
    ['no more than Node gives a process', 2, 4, 64, 4096],
    ['enough to start', 64, 4, 4, 192],
  ])('is %s', (_what, workers, limit, memory, mebibytes) => {
    const figures = { workers, limitBytes: limit * gibibyte, memoryBytes: memory * gibibyte }
    expect(workerHeapMiB(figures)).toBe(mebibytes)
  })
})

describe('the metrics of a group', () => {
  const textOf = async (all: GroupMetrics, running: readonly PrometheusMetrics[]) =>
    (await all.read(await Promise.all(running.map((one) => one.snapshot())))).body

  it('are sums, and the maximum of what every process shows alike', async () => {
    const [one, two] = [new PrometheusMetrics(), new PrometheusMetrics()]
    for (const metrics of [one, two, two]) metrics.count('denied', 'users')
    for (const metrics of [one, two]) metrics.set('queued_messages', 7)
    one.observe('hash', 0.2)
    two.observe('hash', 0.2)
    one.set('session_streams', 2)
    two.set('session_streams', 3)
    const text = await textOf(new GroupMetrics(), [one, two])
    expect(text).toContain('gatehouse_denied_total{field="users"} 3')
    expect(text).toContain('gatehouse_queued_messages 7')
    expect(text).toContain('gatehouse_hash_seconds_count 2')
    expect(text).toContain('gatehouse_session_streams 5')
  })

  it('count what every process reads from the database once', () => {
    const descriptions: readonly (readonly [string, GaugeDescription])[] = Object.entries(gauges)
    const added = descriptions.filter(
      ([, { help, inGroup }]) => help.includes('of all processes') && inGroup !== 'max',
    )
    expect(added.map(([name]) => name)).toEqual([])
  })

  it('keep what ended processes have counted, and forget their gauges', async () => {
    const [ended, running] = [new PrometheusMetrics(), new PrometheusMetrics()]
    for (const metrics of [ended, running]) {
      metrics.count('denied', 'users')
      metrics.observe('hash', 0.2)
      metrics.set('session_streams', 1)
    }
    const all = new GroupMetrics()
    void all.addEnded(await ended.snapshot())
    void all.addEnded(await ended.snapshot())
    const text = await textOf(all, [running])
    expect(text).toContain('gatehouse_denied_total{field="users"} 3')
    expect(text).toContain('gatehouse_hash_seconds_count 3')
    expect(text).toContain('gatehouse_session_streams 1')
  })

  it('have at most 250 values of a label and `other`, however many processes have ended', async () => {
    const all = new GroupMetrics()
    const crowd = async (process: number) => {
      const metrics = new PrometheusMetrics()
      for (let n = 0; n < 250; n += 1) {
        metrics.count('tenant_events', 'denied', `tenant-${process}-${n}`)
        metrics.observe('hash', 0.2)
      }
      return metrics
    }
    const running = await crowd(0)
    const seriesOf = (text: string) =>
      text.split('\n').filter((line) => line.includes('_tenant_events_total{'))
    const first = await textOf(all, [running])
    expect(seriesOf(first)).toHaveLength(250)
    for (let process = 1; process <= 8; process += 1)
      await all.addEnded(await (await crowd(process)).snapshot())
    const text = await textOf(all, [running])
    expect(seriesOf(text)).toHaveLength(251)
    expect(text).toContain('gatehouse_tenant_events_total{event="denied",tenant="other"} 2000')
    expect(seriesOf(text)).toEqual(expect.arrayContaining(seriesOf(first)))
    expect(text).toContain('gatehouse_hash_seconds_bucket{le="+Inf"} 2250')
  })
})
