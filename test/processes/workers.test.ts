import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { reasonOf } from '../support/answers.ts'
import { eventually } from '../support/eventually.ts'
import { GrpcClient } from '../support/grpc.ts'
import { type SignedIn, signUp, tryLogout, tryMe, tryRefresh } from '../support/people.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { createServerDatabase } from '../support/test-database.ts'

let database: Awaited<ReturnType<typeof createServerDatabase>>
let service: ServiceProcess
const workers = 2
const env = () => ({
  WORKERS: String(workers),
  DATABASE_URL: database.url,
  REDIS_URL: inject('redisUrl') ?? '',
  DATABASE_POOL_MAX: '21',
  METRICS_PORT: '0',
  GRPC_PORT: '0',
})
beforeAll(async () => {
  database = await createServerDatabase()
  service = await ServiceProcess.start(env())
  await eventually(() => expect(readyPids()).toHaveLength(workers))
})
afterAll(async () => {
  await service.stop('SIGKILL')
  await database.drop()
})

interface Line {
  readonly msg: string
  readonly worker?: number
  readonly pid?: number
  readonly [field: string]: unknown
}

const lines = (): readonly Line[] =>
  service.output.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))
const messages = (message: string) => lines().filter(({ msg }) => msg === message)
const readyPids = () => messages('a worker is ready').map(({ pid }) => pid ?? 0)

async function metrics(): Promise<string> {
  const port = messages('The first worker is ready')[0]?.metricsPort
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
}

async function metricOf(name: string): Promise<number> {
  const line = (await metrics()).split('\n').find((text) => text.startsWith(name))
  return Number(line?.split(' ').at(-1) ?? 0)
}

/** Again if a busy machine exceeds a time limit of the process. */
function people(count: number): Promise<readonly SignedIn[]> {
  return Promise.all(Array.from({ length: count }, () => eventually(() => signUp(service.actor()))))
}

const registrations = () => metricOf('gatehouse_calls_total{field="register",outcome="SIGNED_IN"}')

describe(`${workers} workers of one process group`, () => {
  it('divide the requests, the pool and the hash budget among them', async () => {
    // The log is written a moment later.
    await eventually(async () => {
      await people(6)
      const responding = lines().filter(({ msg, worker }) => msg === 'request' && worker !== undefined)
      expect(new Set(responding.map(({ worker }) => worker))).toEqual(new Set([1, 2]))
    })
    for (const { passwordHash } of messages('Gatehouse is ready'))
      expect(passwordHash).toContain('at most 1 at a time')
    expect(await metricOf('gatehouse_workers{state="ready"}')).toBe(workers)
  })

  it.runIf(process.platform === 'linux')('keep little freed memory for threads', () => {
    for (const pid of readyPids())
      expect(readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')).toContain('MALLOC_ARENA_MAX=2')
  })

  it('serve gRPC on one port', async () => {
    const ports = new Set(messages('Gatehouse is ready').map(({ grpcPort }) => Number(grpcPort)))
    expect(ports.size).toBe(1)
    for (let connection = 0; connection < 2 * workers; connection += 1) {
      const client = GrpcClient.health([...ports][0] ?? 0)
      expect(await client.call('Check', { service: '' })).toEqual({ status: 'SERVING' })
      client.close()
    }
  })

  it('refuse everywhere what one of them has ended', async () => {
    const [ada] = await people(1)
    if (ada === undefined) throw new Error('There is no one.')
    await tryLogout(service.actor(), ada.accessToken)
    await eventually(async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => tryMe(service.actor(), ada.accessToken)),
      )
      expect(new Set(answers.map(reasonOf))).toEqual(new Set(['TOKEN_REVOKED']))
    })
  })

  it('add up their metrics, also those of a worker that was killed and replaced', async () => {
    const before = await registrations()
    await people(4)
    expect(await registrations()).toBeGreaterThanOrEqual(before + 4)
    const counted = await registrations()
    const [pid = 0] = readyPids()
    process.kill(pid, 'SIGKILL')
    await eventually(() => expect(readyPids()).toHaveLength(workers + 1))
    expect(messages('a worker has ended unexpectedly; it is replaced')).toMatchObject([
      { pid, signal: 'SIGKILL' },
    ])
    expect(await registrations()).toBe(counted)
  })

  it('are replaced one by one on SIGUSR2, without a failed request', async () => {
    const clients = await people(4)
    const old = readyPids()
    let over = false
    const failures: string[] = []
    let answered = 0
    let lost = 0
    // A connection can close in the moment in which it is used again: its client repeats the request (RFC 9112, section 9.3.1).
    const repeatOnce = <T>(send: () => Promise<T>) =>
      send().catch(() => {
        lost += 1
        return send()
      })
    const load = clients.map(async ({ actor, refreshToken }) => {
      for (let token = refreshToken; !over; ) {
        const { status, data } = await repeatOnce(() => tryRefresh(actor, token))
        answered += 1
        if (data?.refresh?.__typename === 'RefreshSuccess') token = data.refresh.tokens.refreshToken
        // A busy machine exceeds a time limit: that is no broken connection.
        else if (status !== 503) failures.push(`${status} ${JSON.stringify(data)}`)
        const ready = await repeatOnce(() => service.get('/health/ready'))
        await sleep(20)
        if (ready.status !== 200) failures.push(`not ready: ${ready.status}`)
      }
    })
    process.kill(service.pid, 'SIGUSR2')
    await eventually(() => expect(readyPids()).toHaveLength(old.length + workers))
    await eventually(() => expect(messages('Gatehouse is stopping')).toHaveLength(workers))
    over = true
    await Promise.all(load)
    expect(failures).toEqual([])
    expect(lost).toBeLessThan(2)
    expect(answered).toBeGreaterThan(20)
  })

  it('do not start if the first one cannot, and report why with its exit code', async () => {
    const otherKey = Buffer.from('gatehouse tests: another key 32!').toString('base64')
    const refused = ServiceProcess.spawn({ ...env(), MASTER_KEY: otherKey })
    expect(await refused.ended).toEqual({ code: 78, signal: null })
    // Once, not once for each worker. A busy machine can add warnings, for example that Redis was slow.
    const reason = 'MASTER_KEY is not the one that encrypted it'
    expect(refused.output.split('\n').filter((line) => line.includes(reason))).toHaveLength(1)
  })

  it('stop together on SIGTERM, with 0', async () => {
    expect(await service.stop('SIGTERM')).toEqual({ code: 0, signal: null })
    for (const pid of readyPids()) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })
})
