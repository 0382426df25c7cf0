import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { GraphqlAnswer } from '../support/actor.ts'
import { eventually } from '../support/eventually.ts'
import { type SignedIn, signUp, tryLogin, tryLogout, tryMe, tryRefresh } from '../support/people.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { createServerDatabase } from '../support/test-database.ts'
import { reportFault } from './support/fault-report.ts'

/** SOAK_SECONDS=1800 SOAK_RATE=50 is the long form. */
const seconds = Number(process.env.SOAK_SECONDS ?? 60)
const rate = Number(process.env.SOAK_RATE ?? 50)
const warmUpShare = 0.3
const sampleMs = 2000
const people = 20
/** Finds a leak of 16 KiB a request in the short form, and of half a KiB in the long one. */
const maxHeapGrowthMiB = 24
/** The pool has 10 connections and the callers 20, which are opened as they are needed. */
const maxHandleGrowth = 35
/** The job purge-expired has run within this time. */
const purgedAfterSeconds = 1000

let database: Awaited<ReturnType<typeof createServerDatabase>>
let sql: Client
let service: ServiceProcess
beforeAll(async () => {
  database = await createServerDatabase()
  sql = new Client({ connectionString: database.url })
  await sql.connect()
  service = await ServiceProcess.start({
    DATABASE_URL: database.url,
    REDIS_URL: inject('redisUrl') ?? '',
    DATABASE_POOL_MAX: '10',
    SESSION_LIMIT: '20',
    METRICS_PORT: '0',
  })
})
afterAll(async () => {
  await service.stop('SIGKILL')
  await sql.end()
  await database.drop()
})

interface Sample {
  readonly heapMiB: number
  readonly residentMiB: number
  readonly handles: number
}

async function sample(): Promise<Sample> {
  const port = /"metricsPort":(\d+)/.exec(service.output)?.[1]
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
  return {
    // Without the young generation, which is full of garbage between two collections.
    heapMiB: value('nodejs_heap_space_size_used_bytes\\{space="old"\\}') / 2 ** 20,
    residentMiB: value('process_resident_memory_bytes') / 2 ** 20,
    handles: (await readdir(`/proc/${service.pid}/fd`)).length,
  }
}

/** The heap right after a collection is the lowest of several samples. */
const lowest = (samples: readonly Sample[], of: keyof Sample) => Math.min(...samples.map((one) => one[of]))

/** Sessions and revocations that expired two hours ago, as they are found after a busy hour. */
async function plantExpiredRows(): Promise<void> {
  await sql.query(`
    INSERT INTO sessions SELECT (jsonb_populate_record(NULL::sessions, to_jsonb(s) || jsonb_build_object(
      'id', gen_random_uuid(), 'family_hash', '\\x' || encode(sha256(n::text::bytea), 'hex'),
      'idle_expires_at', now() - interval '2 hours', 'expires_at', now() - interval '2 hours'))).*
    FROM (SELECT * FROM sessions LIMIT 1) s, generate_series(1, 20000) n`)
  await sql.query(`
    INSERT INTO revocations (id, kind, session_id, tenant_id, recorded_at, expires_at)
    SELECT gen_random_uuid(), 'SESSION', gen_random_uuid(), s.tenant_id, now() - interval '3 hours', now() - interval '2 hours'
    FROM (SELECT * FROM sessions LIMIT 1) s, generate_series(1, 50000)`)
}

async function expiredRows(): Promise<number> {
  const { rows } = await sql.query(`
    SELECT (SELECT count(*) FROM sessions WHERE expires_at < now() - interval '1 hour')::int
      + (SELECT count(*) FROM revocations WHERE expires_at < now() - interval '1 hour')::int AS total`)
  return rows[0]?.total
}

async function rowCounts(): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {}
  for (const table of ['users', 'sessions', 'audit_events', 'revocations', 'mail_messages'])
    counts[table] = (await sql.query(`SELECT count(*)::int AS total FROM ${table}`)).rows[0]?.total
  return counts
}

describe(`F25: ${seconds} s at ${rate} requests a second`, () => {
  it('leave heap, memory and handles as they were', { timeout: (seconds + 600) * 1000 }, async () => {
    const owners: SignedIn[] = []
    while (owners.length < people) owners.push(await eventually(() => signUp(service.actor())))
    await plantExpiredRows()
    const tokens = owners.map(({ refreshToken, accessToken }) => ({ refreshToken, accessToken }))
    const outcomes = { answered: 0, UNAVAILABLE: 0 }
    const failures: string[] = []
    /** A busy machine exceeds a time limit: UNAVAILABLE. Everything else that is no success is a failure. */
    const note = ({ status, data, errors }: GraphqlAnswer, success: boolean) => {
      outcomes.answered += 1
      if (status === 503) outcomes.UNAVAILABLE += 1
      else if (!success) failures.push(`${status} ${JSON.stringify([data, errors])}`)
    }
    let at = 0
    const request = async () => {
      at += 1
      const index = at % people
      const [owner, held] = [owners[index], tokens[index]]
      if (owner === undefined || held === undefined) return
      // One in twenty signs in and out, one in five refreshes, the others read: everybody in turn, before their token expires.
      const turn = at + Math.floor(at / people)
      if (turn % 20 === 0) {
        const login = await tryLogin(service.actor(), owner.email)
        const success = login.data?.login
        note(login, success?.__typename === 'LoginSuccess')
        if (success?.tokens == null) return
        const logout = await tryLogout(service.actor(), success.tokens.accessToken)
        note(logout, logout.errors.length === 0)
      } else if (turn % 5 === 0) {
        const answer = await tryRefresh(owner.actor, held.refreshToken)
        const success = answer.data?.refresh
        note(answer, success?.__typename === 'RefreshSuccess')
        if (success?.tokens != null) tokens[index] = success.tokens
      } else {
        const answer = await tryMe(owner.actor, held.accessToken)
        note(answer, answer.data?.me != null)
      }
    }
    const running = new Set<Promise<void>>()
    const samples: Sample[] = []
    const startedMs = performance.now()
    const elapsed = () => (performance.now() - startedMs) / 1000
    for (let sent = 0, nextSampleMs = 0; elapsed() < seconds; ) {
      while (sent < elapsed() * rate && running.size < people) {
        const one = request()
          .catch((error: unknown) => void failures.push(String(error)))
          .finally(() => running.delete(one))
        running.add(one)
        sent += 1
      }
      // What a busy machine did not send is left out, not caught up.
      sent = Math.max(sent, Math.floor(elapsed() * rate) - people)
      if (performance.now() - startedMs > nextSampleMs) {
        samples.push(await sample())
        nextSampleMs += sampleMs
      }
      await sleep(5)
    }
    await Promise.all(running)
    const warm = samples.slice(Math.floor(samples.length * warmUpShare))
    const [early, late] = [warm.slice(0, warm.length / 3), warm.slice(-warm.length / 3)]
    const growth = (of: keyof Sample) => lowest(late, of) - lowest(early, of)
    const limits = await readFile(`/proc/${service.pid}/status`, 'utf8')
    reportFault(`F25 soak of ${seconds} s`, {
      ...outcomes,
      failed: failures.length,
      'requests per s': outcomes.answered / seconds,
      'heap MiB': lowest(late, 'heapMiB'),
      'heap growth MiB': growth('heapMiB'),
      'memory growth MiB': growth('residentMiB'),
      'handles growth': growth('handles'),
      threads: Number(/^Threads:\s+(\d+)/m.exec(limits)?.[1]),
      ...(await rowCounts()),
      'expired rows': await expiredRows(),
    })
    expect(failures.slice(0, 20)).toEqual([])
    expect(growth('heapMiB')).toBeLessThan(maxHeapGrowthMiB)
    expect(growth('handles')).toBeLessThan(maxHandleGrowth)
    if (seconds >= purgedAfterSeconds) expect(await expiredRows()).toBe(0)
  })
})
