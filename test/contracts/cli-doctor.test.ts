import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import { SMTPServer } from 'smtp-server'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { judgeSpace } from '../../src/cli/doctor/check-disk.ts'
import type { Finding } from '../../src/cli/doctor/finding.ts'
import { type CommandStage, openCommandStage } from '../support/command-stage.ts'
import { freePort } from '../support/free-port.ts'
import { hasPgbouncer, OwnPgbouncer } from '../support/own-pgbouncer.ts'
import { hasRedisServer, OwnRedis } from '../support/own-redis.ts'

const onServers = inject('backend') === 'servers'
const masterKey = Buffer.from('gatehouse tests: a master key 32').toString('base64')
const otherKey = Buffer.from('gatehouse tests: an other key 32').toString('base64')
const goodApiKey = `SG.${'abcdefghij'.repeat(4)}`

let stage: CommandStage
beforeAll(async () => {
  stage = await openCommandStage({
    MASTER_KEY: masterKey,
    REFRESH_PEPPERS: 'test:a-pepper-of-the-tests-0123456789abcdef',
    // A busy machine is no fault of Redis.
    REDIS_TIMEOUT_MS: '10000',
  })
})
afterAll(() => stage.close())
afterEach(() => {
  vi.useRealTimers()
})

type Settings = Readonly<Record<string, string>>

async function examine(settings: Settings = {}) {
  const { code, output } = await stage.run(['doctor', '--json'], settings)
  const report: { ok: boolean; findings: readonly Finding[] } = JSON.parse(output.join('\n'))
  expect(code).toBe(report.ok ? 0 : 1)
  return { code, of: (check: string) => report.findings.filter((finding) => finding.check === check) }
}

/** The statuses of one check. */
async function statusOf(check: string, settings: Settings = {}): Promise<readonly string[]> {
  const found = (await examine(settings)).of(check)
  for (const { status, advice } of found) expect(advice === null).toBe(status === 'ok')
  return found.map(({ status }) => status)
}

describe('gatehouse doctor', () => {
  it('finds nothing to do in a fresh installation', async () => {
    const { code, output, errors } = await stage.run(['doctor'])
    expect([code, errors], output.join('\n')).toEqual([0, []])
    for (const check of [
      'database',
      'migrations',
      'clock of PostgreSQL',
      'signing keys',
      'redis',
      'mail',
      'breach list',
    ])
      expect(output).toContainEqual(expect.stringMatching(new RegExp(`^ok {7}${check}: .*\\.$`)))
    expect(output.filter((line) => line.startsWith('failure'))).toEqual([])
  })

  it('states its exit codes', async () => {
    const { output } = await stage.run(['doctor', '--help'])
    expect(output.join('\n')).toContain('1  at least one failure')
    expect((await stage.run(['doctor', 'everything'])).code).toBe(2)
  })

  it('reports an invalid configuration as a failure, and weak settings as warnings', async () => {
    expect(await statusOf('configuration', { PORT: 'x' })).toEqual(['failure'])
    expect(await statusOf('configuration', { MFA_ADMIN_ACTIONS: 'aal1' })).toContain('warning')
    const { output } = await stage.run(['doctor'], { PORT: 'x', MFA_ADMIN_ACTIONS: 'x' })
    expect(output).toHaveLength(2)
    for (const line of output)
      expect(line).toMatch(/^failure {2}configuration: [A-Z_]+ .*[^.]\. Correct it first\.$/)
  })

  it('keys: names those that another MASTER_KEY has encrypted', async () => {
    await stage.onDatabase(async ({ client }) => void (await client.signingKey.deleteMany()))
    expect(await statusOf('signing keys')).toEqual(['ok'])
    await stage.run(['keys', 'import', await privateKeyFile()], { SIGNING_ALGORITHM: 'ES256' })
    const imported = await statusOf('signing keys')
    expect(imported).toHaveLength(1)
    expect(await statusOf('signing keys', { MASTER_KEY: otherKey })).toContain('failure')
    const rotated = { MASTER_KEY: otherKey, MASTER_KEY_PREVIOUS: masterKey }
    expect(await statusOf('signing keys', rotated)).toContain('warning')
    await stage.onDatabase(
      async ({ client }) =>
        void (await client.signingKey.updateMany({ data: { state: 'CURRENT', activatedAt: new Date() } })),
    )
    expect(await statusOf('signing keys')).toEqual(['ok'])
    expect(await statusOf('signing keys', { MASTER_KEY: otherKey })).toEqual(['failure'])
    await stage.onDatabase(async ({ client }) => void (await client.signingKey.deleteMany()))
  })

  it('mail: signs in at the mail server without sending', async () => {
    const received: string[] = []
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, _session, done) {
        received.push('mail')
        stream.resume().on('end', done)
      },
    })
    server.listen(0, '127.0.0.1')
    await once(server.server, 'listening')
    const address = server.server.address()
    const port = address === null || typeof address === 'string' ? 0 : address.port
    expect(await statusOf('mail', { SMTP_URL: `smtp://127.0.0.1:${port}` })).toEqual(['ok'])
    await new Promise<void>((resolve) => server.close(() => resolve()))
    expect(await statusOf('mail', { SMTP_URL: `smtp://127.0.0.1:${port}` })).toEqual(['failure'])
    expect(received).toEqual([])
    expect(await statusOf('mail', { MAIL: 'off' })).toEqual(['ok'])
  })

  it('mail: asks SendGrid whether the key is valid', async () => {
    const server = createServer((request, response) => {
      response.statusCode = request.headers.authorization === `Bearer ${goodApiKey}` ? 200 : 401
      response.end('{}')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const base = `http://127.0.0.1:${address === null || typeof address === 'string' ? 0 : address.port}`
    expect(await statusOf('mail', { SENDGRID_BASE_URL: base, SENDGRID_API_KEY: goodApiKey })).toEqual(['ok'])
    expect(await statusOf('mail', { SENDGRID_BASE_URL: base, SENDGRID_API_KEY: `${goodApiKey}x` })).toEqual([
      'failure',
    ])
    server.close()
  })

  it('breach list: reads the file', async () => {
    const file = join(stage.folder, 'breaches.txt')
    await writeFile(file, '5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:3\r\n')
    expect(await statusOf('breach list', { BREACH_LIST_FILE: file })).toEqual(['ok'])
    await writeFile(file, '5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD9:3\r\n')
    expect(await statusOf('breach list', { BREACH_LIST_FILE: file })).toEqual(['warning'])
    expect(await statusOf('breach list', { BREACH_LIST_FILE: `${file}.gone` })).toEqual(['failure'])
  })

  it('disk: measures the folder of the archive', async () => {
    const archive = join(stage.folder, 'archive')
    await mkdir(archive)
    expect(await statusOf('disk', { AUDIT_ARCHIVE_DIR: archive })).not.toContain('failure')
    const mebibyte = 1024 * 1024
    expect([50, 500, 5000].map((size) => judgeSpace('DATA_DIR', size * mebibyte).status)).toEqual([
      'failure',
      'warning',
      'ok',
    ])
  })

  it('redis: reports one that is away', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`
    expect(await statusOf('redis', { REDIS_URL: url })).toEqual(['failure'])
    const redisUrl = inject('redisUrl')
    if (!onServers || redisUrl === null) return
    expect(await statusOf('redis', { REDIS_URL: redisUrl })).toEqual(['ok'])
    expect(await statusOf('clock of Redis', { REDIS_URL: redisUrl })).toEqual(['ok'])
  })

  it.runIf(hasRedisServer())('redis: names the rights that the user lacks', async () => {
    const redis = await OwnRedis.start()
    const client = new Redis(redis.url)
    await client.call('ACL', 'SETUSER', 'limited', 'on', '>secret', '~*', '&*', '+@all', '-publish')
    const url = redis.url.replace('redis://', 'redis://limited:secret@')
    const [found] = (await examine({ REDIS_URL: url })).of('redis')
    expect(found).toMatchObject({ status: 'failure', message: expect.stringContaining('publish') })
    client.disconnect()
    await redis.stop()
  })
})

describe.runIf(onServers)('gatehouse doctor, with a server', () => {
  let url: string
  let admin: Client
  beforeAll(async () => {
    url = await stage.onDatabase(async ({ client }) => {
      const [row] = await client.$queryRaw<{ name: string }[]>`SELECT current_database()::text AS name`
      return Object.assign(new URL(inject('postgresServer')?.url ?? ''), { pathname: `/${row?.name}` }).href
    })
    admin = new Client({ connectionString: url })
    await admin.connect()
  })
  afterAll(() => admin.end())

  const database = () => `DATABASE "${new URL(url).pathname.slice(1)}"`

  it('database: reports one that is away, and a read-only one', async () => {
    const away = `postgresql://postgres@127.0.0.1:${await freePort()}/none`
    expect(await statusOf('database', { DATABASE_URL: away })).toEqual(['failure'])
    expect((await examine({ DATABASE_URL: away })).of('database')).toMatchObject([
      { message: expect.stringMatching(/ECONNREFUSED .*\d\.$/) },
    ])
    await admin.query(`ALTER ${database()} SET default_transaction_read_only = on`)
    const [found] = (await examine()).of('database')
    expect(found).toMatchObject({ status: 'failure', message: expect.stringContaining('read-only') })
    await admin.query(`ALTER ${database()} RESET default_transaction_read_only`)
  })

  it('time zone, isolation and the limit of statements: reads the settings of the role', async () => {
    await admin.query(`ALTER ${database()} SET timezone = 'Pacific/Auckland'`)
    await admin.query(`ALTER ${database()} SET default_transaction_isolation = 'serializable'`)
    const report = await examine({ DIRECT_DATABASE_URL: `${url}?application_name=direct` })
    expect(report.of('time zone')).toMatchObject([
      { status: 'ok', message: expect.stringContaining('Pacific/Auckland') },
    ])
    expect(report.of('isolation')).toMatchObject([{ status: 'warning' }])
    expect(report.of('statement timeout')).toMatchObject([{ status: 'warning' }])
    expect(report.of('pooler')).toMatchObject([{ status: 'warning' }])
    await admin.query(`ALTER ${database()} RESET ALL`)
    expect((await examine()).of('isolation')).toEqual([])
  })

  it('migrations: names the first that is missing', async () => {
    await admin.query(
      `UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name LIKE '%_first'`,
    )
    expect(await statusOf('migrations')).toEqual(['failure'])
    await admin.query(`UPDATE _prisma_migrations SET rolled_back_at = NULL`)
    expect(await statusOf('migrations')).toEqual(['ok'])
  })

  it('clocks: compares them with those of the servers', async () => {
    expect(await statusOf('clock of PostgreSQL')).toEqual(['ok'])
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 })
    const redisUrl = inject('redisUrl') ?? ''
    const report = await examine({ REDIS_URL: redisUrl })
    for (const server of ['PostgreSQL', 'Redis'])
      expect(report.of(`clock of ${server}`)).toMatchObject([
        { status: 'failure', message: expect.stringMatching(/3600\.\d s ahead of/) },
      ])
  })

  it('connections: compares all pools with what the server grants', async () => {
    const redisUrl = inject('redisUrl') ?? ''
    expect(await statusOf('connections', { DATABASE_POOL_MAX: '2' })).toEqual(['ok'])
    const many = { DATABASE_POOL_MAX: '500', REPLICAS: '4', REDIS_URL: redisUrl }
    expect(await statusOf('connections', many)).toEqual(['failure'])
    await admin.query(`ALTER ${database()} CONNECTION LIMIT 30`)
    const rolling = { DATABASE_POOL_MAX: '15', REPLICAS: '2', REDIS_URL: redisUrl }
    expect(await statusOf('connections', rolling)).toEqual(['warning'])
    await admin.query(`ALTER ${database()} CONNECTION LIMIT -1`)
  })

  it('direct connection: reports one that is away, and everything else', async () => {
    const away = `postgresql://postgres:geheim@127.0.0.1:${await freePort()}/none`
    const { code, output, errors } = await stage.run(['doctor', '--json'], { DIRECT_DATABASE_URL: away })
    expect([code, errors]).toEqual([1, []])
    expect(output.join('\n')).not.toContain('geheim')
    const report = await examine({ DIRECT_DATABASE_URL: away })
    expect(report.of('pooler')).toMatchObject([
      { status: 'failure', message: expect.stringMatching(/^DIRECT_DATABASE_URL .*ECONNREFUSED/) },
    ])
    for (const check of ['database', 'migrations', 'connections', 'signing keys', 'redis', 'mail'])
      expect(report.of(check), check).toMatchObject([{ status: 'ok' }])
  })

  it.runIf(hasPgbouncer())('pooler: notices PgBouncer, and a missing direct connection', async () => {
    const pooler = await OwnPgbouncer.start(url, { ignore_startup_parameters: 'options' })
    const pooled = { DATABASE_URL: pooler.url, DIRECT_DATABASE_URL: url }
    expect(await statusOf('pooler', pooled)).toEqual(['ok'])
    expect(await statusOf('pooler', { ...pooled, DATABASE_PREPARED_STATEMENTS: 'on' })).toEqual(['warning'])
    expect(await statusOf('pooler', { DATABASE_URL: pooler.url })).toEqual(['failure'])
    const both = { ...pooled, DIRECT_DATABASE_URL: `${pooler.url}?application_name=direct` }
    expect(await statusOf('pooler', both)).toEqual(['failure'])
    await pooler.stop()
  })
})

/** A private key in a file, as an external tool writes it. */
async function privateKeyFile(): Promise<string> {
  const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])
  const file = join(stage.folder, 'key.json')
  await writeFile(file, JSON.stringify(await crypto.subtle.exportKey('jwk', privateKey)))
  return file
}
