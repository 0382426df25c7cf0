import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Closer } from '../../src/lib/concurrency/closer.ts'
import { dashboardQueries } from '../support/dashboards.ts'
import { eventually } from '../support/eventually.ts'
import { parseFigures } from '../support/figures.ts'
import { freePort } from '../support/free-port.ts'
import { OwnRedis } from '../support/own-redis.ts'
import { askLogin, signIn, signUp, tryMe, tryRefresh } from '../support/people.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { createServerDatabase } from '../support/test-database.ts'

const token = 'a-token-of-the-tests-0123456789-abcdef'
const folder = 'deploy/monitoring'
/** Without Debian's package `prometheus` the tests are skipped with a warning, unless MONITORING_TESTS=required. */
const hasPrometheus = spawnSync('prometheus', ['--version']).error === undefined
if (!hasPrometheus && process.env.MONITORING_TESTS !== 'required')
  process.stderr.write('prometheus is not installed: the tests of dashboards are skipped.\n')
const skips = !hasPrometheus && process.env.MONITORING_TESTS !== 'required'

/** Queries that have no data in this simulation, and why. */
const empty: ReadonlyMap<string, string> = new Map([
  ['Signatures of gateways that were ignored', 'no gateway signs requests'],
  ['Audit events that were lost', 'none is lost'],
  ['Calls that could not be counted', 'Redis responds'],
  ['Counted in memory because Redis is away', 'Redis responds'],
  ['Calls that failed', 'no call fails'],
  ['Checks of tokens by verdict', 'no other service checks tokens'],
  ['Checks of tokens: p99', 'no other service checks tokens'],
  ['Jobs: time since the last success', 'jobs run every five minutes'],
  ['Jobs: runs', 'jobs run every five minutes'],
])

const rounds = 6

const closer = new Closer()
let service: ServiceProcess
let prometheusPort: number
let prometheus: ChildProcess

beforeAll(async () => {
  if (skips) return
  const { url, drop } = await createServerDatabase()
  closer.add('database', drop)
  const redis = await OwnRedis.start()
  closer.add('redis', () => redis.stop())
  service = await ServiceProcess.start({
    DATABASE_URL: url,
    REDIS_URL: redis.url,
    METRICS_TOKEN: token,
    RATE_LIMITS: 'on',
    LOCKOUT_FAILURES: '3',
    TRUSTED_PROXIES: '127.0.0.1',
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'no-reply@example.com',
  })
  closer.add('service', async () => void (await service.stop()))
  await startPrometheus()
  await simulate()
})
afterAll(() => closer.close())

/** Prometheus with the example configuration, which scrapes every second. */
async function startPrometheus(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'gatehouse-prometheus-'))
  closer.add('folder', () => rm(home, { recursive: true, force: true }))
  await cp(folder, home, { recursive: true })
  await writeFile(join(home, 'metrics-token'), token)
  const example = await readFile(join(folder, 'prometheus.yml'), 'utf8')
  const config = example.replaceAll('15s', '1s').replace('127.0.0.1:4000', `127.0.0.1:${service.port}`)
  await writeFile(join(home, 'prometheus.yml'), config)
  prometheusPort = await freePort()
  const args = [
    `--config.file=${join(home, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(home, 'data')}`,
    `--web.listen-address=127.0.0.1:${prometheusPort}`,
  ]
  prometheus = spawn('prometheus', args, { stdio: 'ignore' })
  const ended = new Promise((resolve) => prometheus.once('exit', resolve))
  closer.add('prometheus', async () => {
    prometheus.kill()
    await ended
  })
  await eventually(async () => expect(await query('up{job="gatehouse"} == 1')).toHaveLength(1))
}

async function query(text: string): Promise<readonly unknown[]> {
  const url = `http://127.0.0.1:${prometheusPort}/api/v1/query?query=${encodeURIComponent(text)}`
  const { status, data, error } = await (await fetch(url)).json()
  if (status !== 'success') throw new Error(`${text}: ${error}`)
  return data.result
}

/** Users at work, and attackers who guess passwords, reuse a refresh token and flood. */
async function simulate(): Promise<void> {
  const users = await Promise.all(Array.from({ length: 4 }, (_, n) => signUp(actorAt(`198.51.100.${n + 1}`))))
  const victims = await Promise.all([8, 9].map((n) => signUp(actorAt(`198.51.100.${n}`))))
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(users.map((user) => work(user, round)))
    for (const { email } of victims)
      await askLogin(actorAt(`203.0.113.${100 + round}`), email, { password: `Gu3ss-${round}-horse!` })
    await stuff(round)
    await scraped()
  }
}

function actorAt(address: string) {
  const actor = service.actor()
  Object.assign(actor.headers, { 'x-forwarded-for': address })
  return actor
}

/** Waits until Prometheus has scraped what has happened. */
async function scraped(): Promise<void> {
  const calls = async () => {
    const headers = { authorization: `Bearer ${token}` }
    const text = await (await fetch(`http://127.0.0.1:${service.port}/metrics`, { headers })).text()
    return parseFigures(text).get('gatehouse_calls_total{field="login",outcome="INVALID_CREDENTIALS"}')
  }
  const expected = String(await calls())
  await eventually(async () =>
    expect(
      await query(`gatehouse_calls_total{field="login",outcome="INVALID_CREDENTIALS"} >= ${expected}`),
    ).toHaveLength(1),
  )
}

async function work(user: Awaited<ReturnType<typeof signUp>>, round: number): Promise<void> {
  const { actor, email, accessToken } = user
  await tryMe(actor, accessToken)
  const again = await signIn(actor, email).catch(() => null)
  if (again !== null)
    // The second one is a repeat in the grace period.
    for (const token of [again.refreshToken, again.refreshToken]) await tryRefresh(actor, token)
  await actor.ask('{ users { nodes { id } } }', {}, { authorization: `Bearer ${accessToken}` })
  await actor.ask(
    'mutation($i: RequestPasswordResetInput!) { requestPasswordReset(input: $i) { __typename } }',
    {
      i: { email },
    },
  )
  await fetch(`http://127.0.0.1:${service.port}/.well-known/jwks.json`)
  if (round !== 0 || again === null) return
  const thief = actorAt('203.0.113.50')
  thief.headers['user-agent'] = 'Thief/1.0'
  await tryRefresh(thief, again.refreshToken)
}

/** One address tries many identifiers until it is blocked, and many addresses try a few each. */
async function stuff(round: number): Promise<void> {
  const flooder = actorAt(`203.0.113.${1 + (round % 3)}`)
  for (let n = 0; n < 60; n += 1) await guess(flooder, `nobody-${round}-${n}@example.com`)
  for (let n = 0; n < 100; n += 1)
    await guess(actorAt(`203.0.113.${20 + (n % 25)}`), `no-one-${round}-${n}@example.com`)
}

async function guess(actor: ReturnType<typeof actorAt>, identifier: string): Promise<void> {
  const input = { identifier, password: 'Gu3ss-horse-battery!' }
  await actor.send({
    query: 'mutation($i: LoginInput!) { login(input: $i) { __typename } }',
    variables: { i: input },
  })
}

describe.skipIf(skips)('after a simulated attack', () => {
  it('each query of the dashboards has data, or is named as empty', async () => {
    const queries = await dashboardQueries(folder)
    const withoutData: string[] = []
    for (const { title, expr } of queries)
      if ((await query(expr)).length === 0 && !empty.has(title)) withoutData.push(`${title}: ${expr}`)
    expect(withoutData).toEqual([])
  })

  it('the rules are loaded and evaluated without an error', async () => {
    const rules = async () => {
      const { data } = await (await fetch(`http://127.0.0.1:${prometheusPort}/api/v1/rules`)).json()
      return data.groups.flatMap((group: { rules: { name: string; health: string }[] }) => group.rules)
    }
    await eventually(async () => {
      const loaded = await rules()
      expect(loaded.length).toBeGreaterThan(20)
      expect(loaded.filter(({ health }: { health: string }) => health !== 'ok')).toEqual([])
    })
  })

  it('the alert about guessing notices the attack', async () => {
    const { data } = await (await fetch(`http://127.0.0.1:${prometheusPort}/api/v1/rules`)).json()
    const states = data.groups[0].rules.map(({ name, state }: { name: string; state: string }) => [
      name,
      state,
    ])
    expect(Object.fromEntries(states).GatehousePasswordGuessing).not.toBe('inactive')
  })
})

describe.skipIf(skips)('promtool', () => {
  it('accepts the rules and their tests', async () => {
    expect(await readdir(folder)).toContain('rules.test.yml')
    for (const args of [
      ['check', 'rules', 'rules.yml'],
      ['test', 'rules', 'rules.test.yml'],
    ]) {
      const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' })
      expect([status, status === 0 ? '' : stdout + stderr]).toEqual([0, ''])
    }
  })
})
