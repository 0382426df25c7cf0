import { Client } from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { reasonOf } from '../support/answers.ts'
import { createOutage, type Outage } from '../support/outage.ts'
import { type SignedIn, signUp, tryLogin, tryLogout, tryMe, tryRefresh } from '../support/people.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { reportFault } from './support/fault-report.ts'

let outage: Outage
let opened: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of opened.reverse()) await close()
  opened = []
})

async function people(count: number, poolMax: number): Promise<readonly SignedIn[]> {
  outage = await createOutage({ poolMax })
  opened.push(() => outage.close())
  const signedUp: SignedIn[] = []
  for (let at = 0; at < count; at += 1) signedUp.push(await signUp(outage.test.actor()))
  return signedUp
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('a failover of PostgreSQL under load', () => {
  it.each(['silent', 'cut'] as const)(
    'ends within five seconds for all clients, connections being %s',
    async (present) => {
      const all = await people(20, 20)
      const other = await TcpProxy.open(outage.url)
      opened.push(() => other.close())
      const tokens = new Map(all.map((one) => [one, one.refreshToken]))
      let calls = 0
      let failures = 0
      let lastFailureMs = 0
      let stopped = false
      const use = async (one: SignedIn) => {
        while (!stopped) {
          const answer = await tryRefresh(one.actor, tokens.get(one) ?? '')
          calls += 1
          if (reasonOf(answer) === 'ok') {
            expect(answer.data.refresh.__typename).toBe('RefreshSuccess')
            tokens.set(one, answer.data.refresh.tokens.refreshToken)
          } else {
            expect(reasonOf(answer)).toBe('UNAVAILABLE')
            failures += 1
            lastFailureMs = performance.now()
          }
          await pause(20)
        }
      }
      const load = Promise.all(all.map(use))
      await pause(1000)
      const switchedMs = performance.now()
      outage.proxy.switchTo(other.url, present)
      await pause(8000)
      stopped = true
      await load
      const recoveredMs = Math.max(0, lastFailureMs - switchedMs)
      reportFault(`Failover of PostgreSQL, connections ${present}`, {
        calls,
        failures,
        'last failure after ms': recoveredMs,
      })
      expect(recoveredMs).toBeLessThan(5000)
      // At most one call of each client was under way, and its retry.
      expect(failures).toBeLessThanOrEqual(3 * all.length)
    },
  )
})

describe('F26: the audit table is locked for five seconds', () => {
  it('calls are refused in time or succeed, and nothing is stored without its event', async () => {
    const all = await people(8, 20)
    const locker = new Client({ connectionString: outage.url })
    await locker.connect()
    opened.push(() => locker.end())
    await locker.query('BEGIN; LOCK TABLE audit_events')
    const startedMs = performance.now()
    let slowestMs = 0
    const timed = async <T>(work: Promise<T>): Promise<T> => {
      const callMs = performance.now()
      const done = await work
      slowestMs = Math.max(slowestMs, performance.now() - callMs)
      return done
    }
    const calls = all.flatMap(({ actor, email, accessToken, refreshToken }, at) => [
      timed(tryLogin(actor, email)),
      timed(tryRefresh(actor, refreshToken)),
      ...(at % 2 === 0 ? [timed(tryLogout(actor, accessToken))] : []),
    ])
    const [answers] = await Promise.all([Promise.all(calls), pause(5000).then(() => locker.query('COMMIT'))])
    const refused = answers.filter((answer) => reasonOf(answer) === 'UNAVAILABLE').length
    for (const answer of answers) expect(['ok', 'UNAVAILABLE']).toContain(reasonOf(answer))
    reportFault('F26 audit table locked', {
      calls: answers.length,
      refused,
      'slowest ms': slowestMs,
      'lock ms': performance.now() - startedMs,
    })
    expect(refused).toBeGreaterThan(0)
    expect(slowestMs).toBeLessThan(5000)
    for (const { actor, accessToken, refreshToken } of all.filter((_, at) => at % 2 === 1)) {
      expect((await tryRefresh(actor, refreshToken)).data.refresh.__typename).toBe('RefreshSuccess')
      expect(reasonOf(await tryMe(actor, accessToken))).toBe('ok')
    }
    const { rows } = await locker.query(`SELECT
      (SELECT count(*)::int FROM sessions) AS sessions,
      (SELECT count(*)::int FROM sessions WHERE revoked_at IS NOT NULL) AS ended,
      (SELECT count(*)::int FROM audit_events WHERE type = 'LOGIN_SUCCEEDED') AS begun_events,
      (SELECT count(*)::int FROM audit_events WHERE type = 'LOGOUT') AS ended_events`)
    expect(rows[0].sessions).toBe(rows[0].begun_events)
    expect(rows[0].ended).toBe(rows[0].ended_events)
  })
})
