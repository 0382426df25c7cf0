import { describe, expect, it } from 'vitest'
import { Dependencies } from '../../src/lib/observation/dependencies.ts'
import { HealthChecks } from '../../src/lib/observation/health-checks.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { noMetrics } from '../../src/lib/observation/metrics.ts'
import { Stopwatch } from '../support/stopwatch.ts'
import { base, createTestHttpApp, healthOf } from './support/test-http-app.ts'

const never = () => new Promise<void>(() => undefined)

describe('/health', () => {
  it('is live as long as the process runs, for any host', async () => {
    const response = await createTestHttpApp().get('/health/live', { host: '10.1.2.3:4000' })
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }])
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it('is ready when every check passes', async () => {
    const health = healthOf([{ name: 'database', required: true, check: async () => undefined }])
    const response = await createTestHttpApp({ deps: { health } }).get('/health/ready')
    expect([response.status, await response.json()]).toEqual([
      200,
      { status: 'ok', checks: { database: 'up' } },
    ])
  })

  it('is not ready when a required one fails, throws or hangs, and does not say why', async () => {
    const health = healthOf([
      { name: 'database', required: true, check: async () => undefined },
      { name: 'redis', required: false, check: () => Promise.reject(new Error('secret-host refused')) },
      {
        name: 'migrations',
        required: true,
        check: () => {
          throw new Error('secret-host')
        },
      },
      { name: 'slow', required: true, check: never },
    ])
    const app = createTestHttpApp({ deps: { health } })
    const watch = new Stopwatch()
    const [response, other] = await Promise.all([app.get('/health/ready'), app.get('/health/ready')])
    expect(watch.stop()).toBeLessThan(2500)
    const text = await response.text()
    expect([response.status, JSON.parse(text)]).toEqual([
      503,
      {
        status: 'unavailable',
        checks: { database: 'up', redis: 'degraded', migrations: 'down', slow: 'down' },
      },
    ])
    expect([other.status, text.includes('secret')]).toEqual([503, false])
  })

  it('is ready without a dependency that is not required, and says so', async () => {
    const health = healthOf([
      { name: 'database', required: true, check: async () => undefined },
      { name: 'redis', required: false, check: () => Promise.reject(new Error('away')) },
    ])
    const response = await createTestHttpApp({ deps: { health } }).get('/health/ready')
    expect([response.status, await response.json()]).toEqual([
      200,
      { status: 'degraded', checks: { database: 'up', redis: 'degraded' } },
    ])
  })

  it('has started once it could serve, whatever happens later', async () => {
    let isAway = true
    const check = async () => {
      if (isAway) throw new Error('away')
    }
    const health = healthOf([{ name: 'password_scorer', required: true, check }])
    const app = createTestHttpApp({ deps: { health } })
    const starts = async () => {
      const response = await app.get('/health/startup')
      return [response.status, (await response.json()).status]
    }
    expect(await starts()).toEqual([503, 'starting'])
    isAway = false
    expect(await starts()).toEqual([200, 'ok'])
    isAway = true
    expect(await starts()).toEqual([200, 'ok'])
  })

  it('logs nothing of a dependency that needs time after the start, until it has worked', async () => {
    const lines: string[] = []
    const note = (_fields: object, message: string) => void lines.push(message)
    const logger = { ...silentLogger, info: note, error: note }
    let works = false
    const check = async () => {
      if (!works) throw new Error('loading')
    }
    const scorer = { name: 'password_scorer', required: true, startsDown: true, check }
    const dependencies = new Dependencies({ logger, gauges: noMetrics })
    const health = new HealthChecks({ checks: [scorer], dependencies })
    expect((await health.run()).status).toBe('unavailable')
    works = true
    expect((await health.run()).status).toBe('ok')
    expect(lines).toEqual([])
    works = false
    await health.run()
    expect(lines).toEqual(['a dependency does not work; this process cannot serve'])
  })

  it('runs the checks once for simultaneous requests', async () => {
    let asked = 0
    const check = async () => {
      asked += 1
    }
    const health = healthOf([{ name: 'database', required: true, check }])
    const app = createTestHttpApp({ deps: { health } })
    await Promise.all(Array.from({ length: 20 }, () => app.get('/health/ready')))
    expect(asked).toBe(1)
    await app.get('/health/ready')
    expect(asked).toBe(2)
  })

  it('is not ready once the process stops, while it still answers', async () => {
    const app = createTestHttpApp()
    app.startDraining()
    expect((await app.get('/health/ready')).status).toBe(503)
    expect((await app.get('/health/live')).status).toBe(200)
    const response = await app.post({ query: '{ hello }' })
    expect([response.status, response.headers.get('connection')]).toEqual([200, 'close'])
  })

  it('takes only GET and HEAD', async () => {
    const app = createTestHttpApp()
    for (const path of ['/health/live', '/health/ready', '/health/startup', '/.well-known/jwks.json']) {
      expect((await app.fetch(new Request(base + path, { method: 'POST' }))).status).toBe(405)
      expect((await app.fetch(new Request(base + path, { method: 'HEAD' }))).status).toBe(200)
    }
  })
})

describe('/.well-known/jwks.json', () => {
  it('is public and cacheable', async () => {
    const response = await createTestHttpApp().get('/.well-known/jwks.json', {
      origin: 'https://any.example',
    })
    expect(await response.json()).toEqual({ keys: [] })
    expect(response.headers.get('content-type')).toBe('application/jwk-set+json; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('public, max-age=300')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-credentials')).toBeNull()
  })

  it('is 304 for who has it already', async () => {
    for (const tag of ['"abc"', 'W/"abc"', '"x", "abc"', '*']) {
      const response = await createTestHttpApp().get('/.well-known/jwks.json', { 'if-none-match': tag })
      expect([response.status, await response.text()]).toEqual([304, ''])
    }
    expect(
      (await createTestHttpApp().get('/.well-known/jwks.json', { 'if-none-match': '"abcd"' })).status,
    ).toBe(200)
  })

  it('is 503 when the keys cannot be read', async () => {
    const jwks = () => Promise.reject(new Error('secret-host'))
    const response = await createTestHttpApp({ deps: { jwks } }).get('/.well-known/jwks.json')
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await response.text()).not.toContain('secret')
  })
})

describe('the request log', () => {
  it('has one line per request, and no secret in any', async () => {
    const secret = 'planted-secret'
    const app = createTestHttpApp()
    const response = await app.post(
      {
        query: `mutation SignIn($input: LoginInput!) { login(input: $input) } # ${secret}`,
        variables: { input: { identifier: secret, password: secret } },
      },
      {
        authorization: `Bearer ${secret}`,
        cookie: `__Host-gatehouse-refresh=${secret}`,
        'x-csrf-token': secret,
      },
    )
    await app.get(`/graphql?query={hello}&variables={"a":"${secret}"}`)
    await app.get(`/nope?token=${secret}`)
    await app.post(secret)
    await app.get('/health/live')
    expect(JSON.stringify(app.lines)).not.toContain(secret)
    expect(app.lines.map(({ level, fields }) => [level, fields.method, fields.path, fields.status])).toEqual([
      ['info', 'POST', '/graphql', 200],
      ['info', 'GET', '/graphql', 200],
      ['info', 'GET', '/nope', 404],
      ['info', 'POST', '/graphql', 400],
      ['debug', 'GET', '/health/live', 200],
    ])
    expect(app.lines[0]?.fields).toMatchObject({
      requestId: response.headers.get('x-request-id'),
      operation: 'SignIn',
      durationMs: expect.any(Number),
      address: null,
    })
  })

  it('caps what the client chose', async () => {
    const app = createTestHttpApp()
    await app.post({ query: `query ${'A'.repeat(5000)} { hello }` })
    await app.get(`/${'a'.repeat(5000)}`)
    expect(String(app.lines[0]?.fields.operation)).toHaveLength(64)
    expect(String(app.lines[1]?.fields.path)).toHaveLength(128)
  })
})
