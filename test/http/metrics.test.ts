import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PrometheusMetrics } from '../../src/adapters/telemetry/prometheus-metrics.ts'
import { listenMetrics } from '../../src/http/listen-metrics.ts'
import { Closer } from '../../src/lib/concurrency/closer.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'
import { type CounterName, countOfTenant } from '../../src/lib/observation/metrics.ts'
import { Actor } from '../support/actor.ts'
import { askLogin, signIn, signUp, signUpAs, tryRefresh } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { openTestDatabase } from '../support/test-database.ts'

const token = 'a-token-of-the-tests-0123456789-abcdef'

const closer = new Closer()
let shown: TestApp
let hidden: TestApp
beforeAll(async () => {
  const database = await openTestDatabase()
  closer.add('database', () => database.close())
  shown = await createTestApp({ database, env: { METRICS_TOKEN: token } })
  closer.add('app', () => shown.close())
  hidden = await createTestApp({ database })
  closer.add('other app', () => hidden.close())
})
afterAll(() => closer.close())

function get(authorization: string | null, { app = shown, method = 'GET', path = '/metrics' } = {}) {
  const headers = authorization === null ? {} : { authorization }
  return app.app.fetch(new Request(new URL(path, app.config.server.publicUrl), { method, headers }))
}

describe('/metrics', () => {
  it('returns the counters and the figures of the process to requests with the token', async () => {
    const response = await get(`Bearer ${token}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const body = await response.text()
    expect(body).toContain('# TYPE gatehouse_rate_limited_total counter')
    expect(body).toMatch(/^process_cpu_seconds_total \d/m)
    expect(body).toMatch(/^nodejs_eventloop_lag_seconds \d/m)
    expect((await get(`bearer ${token}`)).status).toBe(200)
    expect((await get(`Bearer ${token}`, { method: 'HEAD' })).status).toBe(200)
  })

  it.each([
    ['no token', null],
    ['another token', `Bearer ${token.slice(0, -1)}x`],
    ['the beginning of it', `Bearer ${token.slice(0, -1)}`],
    ['more than it', `Bearer ${token}x`],
    ['it without a scheme', token],
    ['it under another scheme', `Basic ${token}`],
    ['nothing', 'Bearer '],
  ])('is 401 with %s, and says nothing', async (_what, authorization) => {
    const response = await get(authorization)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(await response.text()).toBe('')
  })

  it('takes GET and HEAD only', async () => {
    const response = await get(`Bearer ${token}`, { method: 'POST' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD')
  })

  it('is a path like any other where no token is set', async () => {
    const metrics = await get(`Bearer ${token}`, { app: hidden })
    const unknown = await get(null, { app: hidden, path: '/unknown' })
    expect([metrics.status, await metrics.text()]).toEqual([404, await unknown.text()])
  })

  it('never shows the token in the log', async () => {
    await get(`Bearer ${token}`)
    await get(`Bearer x${token}`)
    expect(shown.log.join('\n')).not.toContain(token)
  })
})

/** The value of a time series; null if there is none. */
async function figureOf(series: string, app: TestApp = shown): Promise<number | null> {
  const body = await (await get(`Bearer ${token}`, { app })).text()
  const line = body.split('\n').find((one) => one.startsWith(`${series} `))
  return line === undefined ? null : Number(line.slice(series.length + 1))
}

/** By how much a time series rises during the work. */
async function rise(series: string, work: () => Promise<unknown>): Promise<number> {
  const before = (await figureOf(series)) ?? 0
  await work()
  return ((await figureOf(series)) ?? 0) - before
}

describe('what the metrics count', () => {
  const calls = (field: string, outcome: string) =>
    `gatehouse_calls_total{field="${field}",outcome="${outcome}"}`

  it('is each call by its outcome: sign-ins, failures, refreshes, refusals', async () => {
    const ada = await signUp(shown.actor())
    expect(await rise(calls('login', 'SIGNED_IN'), () => signIn(shown.actor(), ada.email))).toBe(1)
    const wrong = { password: 'Wr0ng-horse-battery!' }
    const fail = () => askLogin(shown.actor(), ada.email, wrong)
    expect(await rise(calls('login', 'INVALID_CREDENTIALS'), fail)).toBe(1)
    const refresh = () => tryRefresh(ada.actor, ada.refreshToken)
    expect(await rise(calls('refresh', 'OK'), refresh)).toBe(1)
    expect(
      await rise(calls('users', 'FORBIDDEN'), () =>
        shown.actor().ask('{ users { nodes { id } } }', {}, Actor.bearer(ada.accessToken)),
      ),
    ).toBe(1)
    expect(
      await rise(calls('sessions', 'TOKEN_MISSING'), () =>
        shown.actor().ask('{ sessions { nodes { id } } }'),
      ),
    ).toBe(1)
    const twice = () => shown.actor().ask('{ a: csrfToken b: csrfToken }')
    expect(await rise('gatehouse_call_seconds_count{field="csrfToken"}', twice)).toBe(2)
  })

  it('is each check of a token by its interface and verdict', async () => {
    const series = 'gatehouse_token_checks_total{interface="graphql",verdict="MALFORMED"}'
    const admin = await signUpAs(shown, 'ADMIN')
    const check = () =>
      shown
        .actor()
        .ask(
          'query { verifyToken(input: { token: "none" }) { active } }',
          {},
          Actor.bearer(admin.accessToken),
        )
    expect(await rise(series, check)).toBe(1)
  })

  it('is each response by its status, and each hash', async () => {
    const unknown = () => get(null, { path: '/unknown' })
    expect(await rise('gatehouse_http_responses_total{status="404"}', unknown)).toBe(1)
    expect(await rise('gatehouse_hash_seconds_count', () => signUp(shown.actor()))).toBeGreaterThan(0)
  })

  it('is the state of the process: version, queues, dependencies', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(await figureOf(`gatehouse_build_info{version="${version}"}`)).toBe(1)
    expect(await figureOf('gatehouse_hash_queue{state="waiting"}')).toBe(0)
    expect(await figureOf('gatehouse_revocations{kind="session"}')).not.toBeNull()
    await shown.app.fetch(new Request(new URL('/health/ready', shown.config.server.publicUrl)))
    expect(await figureOf('gatehouse_dependency_state{dependency="database"}')).toBe(0)
    expect(await figureOf('gatehouse_dependency_check_seconds{dependency="database"}')).toBeGreaterThan(0)
  })

  it('is the queue of mails and the age of the oldest one', async () => {
    const own = await createTestApp({ env: { METRICS_TOKEN: token } })
    closer.add('app with mails', () => own.close())
    await signUp(own.actor())
    own.clock.advance(90)
    expect(await figureOf('gatehouse_queued_messages', own)).toBe(1)
    expect(await figureOf('gatehouse_oldest_message_age_seconds', own)).toBe(90)
    await own.deliverMail()
    expect(await figureOf('gatehouse_queued_messages', own)).toBe(0)
    expect(await figureOf('gatehouse_oldest_message_age_seconds', own)).toBe(0)
    expect(await figureOf('gatehouse_messages_total{outcome="SENT"}', own)).toBe(1)
  })

  it('is each run of a job', async () => {
    const [job] = shown.app.scheduler.timetable
    if (job === undefined) throw new Error('There is no job.')
    const series = `gatehouse_job_runs_total{job="${job.name}",outcome="completed"}`
    expect(await rise(series, () => shown.app.scheduler.runNow(job))).toBe(1)
    expect(await figureOf(`gatehouse_job_last_success_timestamp_seconds{job="${job.name}"}`)).toBe(
      shown.clock.now().getTime() / 1000,
    )
  })
})

describe('/metrics for Prometheus', () => {
  it('is served under the address of a process', async () => {
    const headers = { authorization: `Bearer ${token}`, host: '10.1.2.3:4000' }
    const response = await shown.app.fetch(new Request('http://10.1.2.3:4000/metrics', { headers }))
    expect(response.status).toBe(200)
  })

  it.each([
    ['without a token', null, [200, 200]],
    ['with the token', token, [401, 200]],
  ])('is served on a port of its own %s', async (_how, secret, [bare, authorized]) => {
    const report = { read: async () => ({ contentType: 'text/plain', body: 'figures' }) }
    const deps = { host: '127.0.0.1', port: 0, report, token: secret === null ? null : new Secret(secret) }
    const listening = await listenMetrics(deps)
    closer.add('metrics', () => listening.close())
    const base = `http://127.0.0.1:${listening.address.port}`
    const status = async (path: string, headers = {}) => (await fetch(base + path, { headers })).status
    expect(await status('/metrics')).toBe(bare)
    expect(await status('/metrics', { authorization: `Bearer ${token}` })).toBe(authorized)
    expect(await status('/graphql')).toBe(404)
  })
})

describe('a mail server that refuses connections', () => {
  it('is shown as blocked, and mails that were not tried keep their attempts', async () => {
    const own = await createTestApp({
      env: { METRICS_TOKEN: token, SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'no-reply@example.com' },
    })
    closer.add('app without mail', () => own.close())
    const blocked = async () => {
      const body = await (await get(`Bearer ${token}`, { app: own })).text()
      return /^gatehouse_dependency_state\{dependency="smtp"\} (\d)$/m.exec(body)?.[1]
    }
    expect(await blocked()).toBe('0')
    for (let n = 0; n < 5; n += 1) await signUp(own.actor())
    await own.deliverMail()
    expect(await blocked()).toBe('1')
    await signUp(own.actor())
    await own.deliverMail()
    const mails = await own.database.client.mailMessage.findMany()
    expect(mails.map(({ attempts }) => attempts).toSorted()).toEqual([0, 1, 1, 1, 1, 1])
  })
})

describe('counters', () => {
  const lineOf = async (metrics: PrometheusMetrics, name: CounterName) =>
    (await metrics.read()).body.split('\n').filter((line) => line.startsWith(`gatehouse_${name}_total`))

  it('count separately by label', async () => {
    const metrics = new PrometheusMetrics()
    metrics.count('edge_ignored', 'EXPIRED')
    metrics.count('edge_ignored', 'EXPIRED')
    metrics.count('edge_ignored', 'REPLAYED')
    metrics.count('limiter_degraded', 'rate-limiter')
    expect(await lineOf(metrics, 'edge_ignored')).toEqual([
      'gatehouse_edge_ignored_total{reason="EXPIRED"} 2',
      'gatehouse_edge_ignored_total{reason="REPLAYED"} 1',
    ])
    expect(await lineOf(metrics, 'limiter_degraded')).toEqual([
      'gatehouse_limiter_degraded_total{port="rate-limiter"} 1',
    ])
  })

  it('that an alert watches are present with 0 before the first event', async () => {
    const metrics = new PrometheusMetrics()
    expect(await lineOf(metrics, 'limiter_failed')).toEqual([
      'gatehouse_limiter_failed_total{outcome="refused"} 0',
      'gatehouse_limiter_failed_total{outcome="admitted"} 0',
    ])
    metrics.count('limiter_failed', 'refused')
    expect(await lineOf(metrics, 'limiter_failed')).toContain(
      'gatehouse_limiter_failed_total{outcome="refused"} 1',
    )
  })

  it('count for a tenant besides, and keep a small number of series for any number of tenants', async () => {
    const metrics = new PrometheusMetrics()
    for (let n = 0; n < 400; n += 1) countOfTenant(metrics, 'risk_signals', 'NEW_COUNTRY', `tenant-${n}`)
    countOfTenant(metrics, 'risk_signals', 'NEW_COUNTRY', null)
    const lines = await lineOf(metrics, 'tenant_events')
    expect(lines).toHaveLength(251)
    expect(lines).toContain('gatehouse_tenant_events_total{event="risk_signals",tenant="tenant-0"} 1')
    expect(lines).toContain('gatehouse_tenant_events_total{event="risk_signals",tenant="other"} 150')
    expect(await lineOf(metrics, 'risk_signals')).toEqual([
      'gatehouse_risk_signals_total{signal="NEW_COUNTRY"} 401',
    ])
  })

  it('keep a small number of series for any input', async () => {
    const metrics = new PrometheusMetrics()
    for (let n = 0; n < 400; n += 1) metrics.count('denied', `kind${n}`)
    for (const label of ['', 'ada@example.com', '192.0.2.1', 'a"b\nc', 'x'.repeat(500)])
      metrics.count('denied', label)
    const lines = await lineOf(metrics, 'denied')
    expect(lines).toHaveLength(251)
    expect(lines).toContain('gatehouse_denied_total{field="other"} 155')
  })
})
