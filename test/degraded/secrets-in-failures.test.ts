import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Closer } from '../../src/lib/concurrency/closer.ts'
import { eventually } from '../support/eventually.ts'
import { OwnRedis } from '../support/own-redis.ts'
import { signUp } from '../support/people.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { createServerDatabase } from '../support/test-database.ts'

const plant = () => randomBytes(32).toString('hex')
const planted = {
  databasePassword: plant(),
  redisPassword: plant(),
  masterKey: randomBytes(32).toString('base64'),
  refreshPepper: plant(),
  passwordPepper: plant(),
  metricsToken: plant(),
}
/** Properties of drivers: their connections hold passwords, and the key that cancels statements. */
const driverObject = /"(secretKey|processID|connectionParameters|_events|connectionString|commandQueue)"/

const closer = new Closer()
let env: Record<string, string>
let redis: OwnRedis
let proxy: TcpProxy
beforeAll(async () => {
  const { url, drop } = await createServerDatabase()
  closer.add('database', drop)
  redis = await OwnRedis.start()
  closer.add('redis', () => redis.stop())
  proxy = await TcpProxy.open(Object.assign(new URL(url), { password: planted.databasePassword }).href)
  closer.add('proxy', () => proxy.close())
  env = {
    DATABASE_URL: proxy.url,
    REDIS_URL: redis.url,
    MASTER_KEY: planted.masterKey,
    REFRESH_PEPPERS: `planted:${planted.refreshPepper}`,
    PASSWORD_PEPPER: planted.passwordPepper,
    METRICS_TOKEN: planted.metricsToken,
    LOG_LEVEL: 'debug',
    NODE_OPTIONS: `--import=${fileURLToPath(new URL('../support/print-spans.mjs', import.meta.url))}`,
  }
})
afterAll(() => closer.close())

function assertClean(output: string): void {
  const found = Object.entries(planted).filter(([, secret]) => output.includes(secret))
  expect(found.map(([name]) => name)).toEqual([])
  expect(output).not.toMatch(driverObject)
}

describe('log, traces and metrics contain no secret', () => {
  it('while connections to the database are cut, and Redis goes away', async () => {
    const service = await ServiceProcess.start(env)
    closer.add('service', async () => void (await service.stop('SIGKILL')))
    const { email } = await signUp(service.actor())
    proxy.cut()
    await redis.stop()
    const login = 'mutation($i: LoginInput!) { login(input: $i) { __typename } }'
    const input = { identifier: email, password: 'Corr3ct-horse-battery!' }
    const answer = await service.actor().ask(login, { i: input })
    expect(answer.errors[0]?.extensions.code).toBe('UNAVAILABLE')
    await eventually(() => {
      expect(service.output).toContain('"dependency":"database"')
      expect(service.output).toContain('"dependency":"redis"')
    })
    proxy.restore()
    await redis.start()
    const headers = { authorization: `Bearer ${planted.metricsToken}` }
    const metrics = await fetch(`http://127.0.0.1:${service.port}/metrics`, { headers })
    const figures = await metrics.text()
    expect(figures).toContain('gatehouse_database_statement_seconds_count')
    expect(service.output).toContain('"span":"flow login"')
    assertClean(service.output + figures)
  })

  it('if Redis refuses the password', async () => {
    const url = Object.assign(new URL(redis.url), { username: 'gatehouse', password: planted.redisPassword })
    const service = ServiceProcess.spawn({ ...env, REDIS_URL: url.href, START_WAIT_SECONDS: '1' })
    expect((await service.ended).code).toBe(1)
    expect(service.output).toContain('WRONGPASS')
    assertClean(service.output)
  })

  it('if the database does not exist', async () => {
    const url = Object.assign(new URL(proxy.url), { pathname: '/no_such_database' })
    const service = ServiceProcess.spawn({ ...env, DATABASE_URL: url.href, START_WAIT_SECONDS: '1' })
    expect((await service.ended).code).toBe(1)
    expect(service.output).toContain('Gatehouse could not start')
    assertClean(service.output)
  })
})
