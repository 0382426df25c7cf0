import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { reasonOf } from '../support/answers.ts'
import { eventually } from '../support/eventually.ts'
import { OwnRedis } from '../support/own-redis.ts'
import { signUp, tryMe } from '../support/people.ts'
import { processEnv, ServiceProcess } from '../support/service-process.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { createServerDatabase } from '../support/test-database.ts'

const unset = { MASTER_KEY: '', REFRESH_PEPPERS: '' }
const otherKey = Buffer.from('gatehouse tests: another key 32!').toString('base64')

const spawned: ServiceProcess[] = []
afterEach(() => Promise.all(spawned.splice(0).map((service) => service.stop('SIGKILL'))))

function spawn(env: Readonly<Record<string, string>>): ServiceProcess {
  const service = ServiceProcess.spawn(env)
  spawned.push(service)
  return service
}

async function start(env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const service = spawn(env)
  await service.ready()
  return service
}

describe('a start on a wrong configuration', () => {
  it('lists every variable and nothing of its value, and ends with 1', async () => {
    const wrong = {
      PORT: '70000',
      PUBLIC_URL: 'ftp://planted-value',
      DATABASE_URL: 'mysql://planted-value',
      REPLICAS: '2',
      MASTER_KEY: 'planted-value',
      SIGNING_ALGORITHM: 'HS256',
      ACCESS_TOKEN_SECONDS: '7200',
      LOG_FORMAT: 'yaml',
    }
    const service = spawn(wrong)
    expect(await service.ended).toEqual({ code: 1, signal: null })
    for (const name of Object.keys(wrong)
      .concat('REDIS_URL')
      .filter((name) => name !== 'REPLICAS'))
      expect(service.output).toMatch(new RegExp(`^  ${name}\\b`, 'm'))
    expect(service.output).not.toContain('planted-value')
    expect(service.output).not.toContain('    at ')
  })

  it.each(['prod', 'Production', 'production ', 'live'])(
    'does not take NODE_ENV=%s for development',
    async (name) => {
      const service = spawn({ ...unset, NODE_ENV: name })
      expect(await service.ended).toEqual({ code: 1, signal: null })
      expect(service.output).toMatch(/^ {2}NODE_ENV must be one of development, test, production\.$/m)
    },
  )

  it('names what production needs', async () => {
    const service = spawn({ ...unset, NODE_ENV: 'production', ARGON2_MEMORY_KIB: '' })
    expect(await service.ended).toEqual({ code: 1, signal: null })
    for (const name of ['DATABASE_URL', 'MASTER_KEY', 'REFRESH_PEPPERS'])
      expect(service.output).toContain(`  ${name} `)
  })
})

describe('a start on a database', () => {
  let database: Awaited<ReturnType<typeof createServerDatabase>>
  beforeAll(async () => {
    database = await createServerDatabase()
    const first = await start({ DATABASE_URL: database.url })
    await first.stop()
  })
  afterAll(() => database.drop())

  const refused = async (env: Readonly<Record<string, string>>) => {
    const service = spawn({ DATABASE_URL: database.url, ...env })
    return { end: await service.ended, lines: service.output.trim().split('\n') }
  }
  const sql = async (text: string) => {
    const client = new Client({ connectionString: database.url })
    await client.connect()
    await client.query(text).finally(() => client.end())
  }

  it('is refused with one line when MASTER_KEY is another one', async () => {
    const { end, lines } = await refused({ MASTER_KEY: otherKey })
    expect(end).toEqual({ code: 78, signal: null })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('MASTER_KEY is not the one that encrypted it')
    for (const secret of [otherKey, processEnv.MASTER_KEY ?? '', 'a-pepper'])
      expect(lines[0]).not.toContain(secret)
  })

  it.each([
    [
      'sealed key',
      'sealed_private_jwk',
      'set_byte(sealed_private_jwk, 60, get_byte(sealed_private_jwk, 60) # 1)',
    ],
    ['public key', 'public_jwk', `'{"kty":"RSA"}'`],
  ])('is refused with one line when the %s is damaged', async (_what, column, damaged) => {
    await sql(
      `CREATE TABLE kept AS SELECT * FROM signing_keys; UPDATE signing_keys SET ${column} = ${damaged}`,
    )
    const { end, lines } = await refused({})
    await sql('DELETE FROM signing_keys; INSERT INTO signing_keys SELECT * FROM kept; DROP TABLE kept')
    expect(end).toEqual({ code: 78, signal: null })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/signing key .* damaged/)
  })

  it('in production warns of weak settings, such as audit events that are kept because there is no archive', async () => {
    const production = { NODE_ENV: 'production', MAIL: 'off', ARGON2_MEMORY_KIB: '19456', ARGON2_PASSES: '2' }
    const service = await start({ DATABASE_URL: database.url, DRAIN_NOTICE_SECONDS: '0', ...production })
    await service.stop()
    const warnings = service.output.split('\n').filter((line) => line.includes('"variable":'))
    expect(warnings.some((line) => line.includes('AUDIT_RETENTION_DAYS (90)'))).toBe(true)
    for (const line of warnings) expect(line).toContain('"level":"warn"')
  })

  it('reports at every level of the log where it listens and that it stops', async () => {
    const service = await start({ DATABASE_URL: database.url, LOG_LEVEL: 'error' })
    await service.stop()
    const messages = service.output
      .trim()
      .split('\n')
      // In development the addresses follow as text.
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line).msg)
    expect(messages).toEqual(['Gatehouse is ready', 'Gatehouse is stopping'])
  })

  it('in development on every interface warns, and shows no mailbox', async () => {
    const service = spawn({ DATABASE_URL: database.url, NODE_ENV: 'development', HOST: '0.0.0.0' })
    const port = await eventually(() => {
      const found = /"listens":\["0\.0\.0\.0 port (\d+)"/.exec(service.output)?.[1]
      if (found === undefined) throw new Error(service.output)
      return found
    })
    const warnings = service.output.split('\n').filter((line) => line.includes('"level":"warn"'))
    expect(warnings.some((line) => line.includes('NODE_ENV is development'))).toBe(true)
    expect(service.output).toContain('"mailbox":null')
    for (const path of ['/dev/mailbox', '/dev/mailbox.json'])
      expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(404)
    await service.stop()
  })

  it('says what to do when the database lacks migrations', async () => {
    const empty = await createServerDatabase({ migrated: false })
    const { end, lines } = await refused({ DATABASE_URL: empty.url })
    await empty.drop()
    expect(end).toEqual({ code: 1, signal: null })
    expect(lines.at(-1)).toMatch(/lacks migrations .*npm run db:migrate/)
  })

  it('explains in a sentence that the database vanished during a migration', async () => {
    const empty = await createServerDatabase({ migrated: false })
    const proxy = await TcpProxy.open(empty.url)
    proxy.loseAnswer({ to: 'pg_advisory_lock', afterBytes: 0, cut: true })
    const { end, lines } = await refused({ DATABASE_URL: proxy.url, MIGRATE_ON_START: 'on' })
    expect(end).toEqual({ code: 1, signal: null })
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
      msg: 'Gatehouse could not start',
      error: expect.stringMatching(/^The database became unavailable during the start: /),
    })
    await proxy.close()
    await empty.drop()
  })

  it('says that the database is not there', async () => {
    const { end, lines } = await refused({
      DATABASE_URL: 'postgres://postgres:planted@127.0.0.1:9/nowhere',
      START_WAIT_SECONDS: '1',
    })
    expect(end).toEqual({ code: 1, signal: null })
    expect(lines.at(-1)).toContain('cannot be reached')
    expect(lines.join()).not.toContain('planted')
  })
})

describe('a start on an embedded folder', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-process-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('is refused while another process uses it; a killed one leaves it usable, with its sessions', async () => {
    const env = { ...unset, DATA_DIR: folder }
    const first = await start(env)
    const ada = await signUp(first.actor())
    const second = spawn(env)
    expect(await second.ended).toEqual({ code: 1, signal: null })
    expect(second.output).toContain('Another process already uses the embedded database')
    expect(reasonOf(await tryMe(first.actor(), ada.accessToken))).toBe('ok')
    await first.stop('SIGKILL')
    const third = await start(env)
    expect(reasonOf(await tryMe(third.actor(), ada.accessToken))).toBe('ok')
    expect(await third.stop()).toEqual({ code: 0, signal: null })
  })
})

describe('a start before its dependencies', () => {
  let database: Awaited<ReturnType<typeof createServerDatabase>>
  beforeAll(async () => {
    database = await createServerDatabase()
  })
  afterAll(() => database.drop())

  const linesOf = (service: ServiceProcess, message: string) =>
    service.output.split('\n').filter((line) => line.includes(message))

  it('waits for the database and for Redis, and says so once each', async () => {
    const [proxy, redis] = [await TcpProxy.open(database.url), await OwnRedis.start()]
    proxy.cut()
    await redis.stop()
    const service = spawn({ DATABASE_URL: proxy.url, REDIS_URL: redis.url })
    const waits = (dependency: string) =>
      eventually(() =>
        expect(linesOf(service, 'the start waits for a dependency').at(-1)).toContain(
          `"dependency":"${dependency}"`,
        ),
      )
    await waits('database')
    proxy.restore()
    await waits('redis')
    await redis.start()
    await service.ready()
    expect(linesOf(service, 'the start waits for a dependency')).toHaveLength(2)
    await redis.stop()
    await proxy.close()
  })

  it.each([
    [
      'the database',
      { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' },
      'The database at DATABASE_URL',
    ],
    ['Redis', { REDIS_URL: 'redis://127.0.0.1:1' }, 'Redis at REDIS_URL'],
  ])('ends with 1 without %s, after START_WAIT_SECONDS', async (_what, env, text) => {
    const service = spawn({ DATABASE_URL: database.url, START_WAIT_SECONDS: '1', ...env })
    expect(await service.ended).toEqual({ code: 1, signal: null })
    expect(linesOf(service, 'the start waits for a dependency')).toHaveLength(1)
    expect(linesOf(service, 'could not start').join()).toContain(text)
    expect(service.output).toContain('ECONNREFUSED')
  })
})

describe('npm start with arguments', () => {
  const npmStart = (word: string) => {
    const args = ['start', '--silent', '--', word]
    return spawnSync('npm', args, { env: { ...processEnv, HOME: tmpdir() }, encoding: 'utf8' })
  }

  it('prints the help, or refuses them, and starts nothing', () => {
    const help = npmStart('--help')
    expect([help.status, help.stderr]).toEqual([0, ''])
    expect(help.stdout).toMatch(/^Usage: .* start\n/)
    const refused = npmStart('--port=5')
    expect([refused.status, refused.stdout]).toEqual([2, ''])
    expect(refused.stderr).toContain('start takes no arguments.')
  })
})
