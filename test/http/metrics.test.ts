import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PrometheusMetrics } from '../../src/adapters/telemetry/prometheus-metrics.ts'
import { Closer } from '../../src/lib/concurrency/closer.ts'
import type { CounterName } from '../../src/lib/observation/metrics.ts'
import { signUp } from '../support/people.ts'
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
    metrics.count('rate_limited', 'loginAddress')
    metrics.count('rate_limited', 'loginAddress')
    metrics.count('rate_limited', 'all')
    metrics.count('limiter_degraded', 'rate-limiter')
    expect(await lineOf(metrics, 'rate_limited')).toEqual([
      'gatehouse_rate_limited_total{budget="loginAddress"} 2',
      'gatehouse_rate_limited_total{budget="all"} 1',
    ])
    expect(await lineOf(metrics, 'limiter_degraded')).toEqual([
      'gatehouse_limiter_degraded_total{port="rate-limiter"} 1',
    ])
  })

  it('keep a small number of series for any input', async () => {
    const metrics = new PrometheusMetrics()
    for (let n = 0; n < 200; n += 1) metrics.count('alerts', `kind${n}`)
    for (const label of ['', 'ada@example.com', '192.0.2.1', 'a"b\nc', 'x'.repeat(500)])
      metrics.count('alerts', label)
    const lines = await lineOf(metrics, 'alerts')
    expect(lines).toHaveLength(51)
    expect(lines).toContain('gatehouse_alerts_total{kind="other"} 155')
  })
})
