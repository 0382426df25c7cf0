import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { ConfigError } from '../../src/config/config-error.ts'
import { startWarnings } from '../../src/config/config-warnings.ts'
import { type ConfigOptions, readConfig } from '../../src/config/read-config.ts'
import type { Environment } from '../../src/config/variable.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'

const generated = {
  masterKey: new Secret('generated master key'),
  refreshPeppers: [{ id: 'generated', secret: new Secret('generated pepper') }],
}
const options: ConfigOptions = {
  cpus: 8,
  generateSecrets: () => generated,
  readSecretFile: () => {
    throw new Error('unexpected read of a file')
  },
}
const MASTER_KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString('base64')
const PEPPER = '0123456789abcdefghijklmnopqrstuvwxyz'
const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://gatehouse:hunter2@db:5432/gatehouse',
  MASTER_KEY,
  REFRESH_PEPPERS: `a:${PEPPER}`,
  PUBLIC_URL: 'https://auth.example.com',
  SMTP_URL: 'smtp://gatehouse:hunter2@mail.example.com:587',
  MAIL_FROM: 'Gatehouse <no-reply@example.com>',
}

function read(env: Environment, more: ConfigOptions = {}): Config {
  return readConfig(env, { ...options, ...more })
}

function errorOf(env: Environment, more: ConfigOptions = {}): ConfigError {
  try {
    read(env, more)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('readConfig did not throw')
}

function invalidVariables(env: Environment): string[] {
  return errorOf(env).problems.map((problem) => problem.variable)
}

describe('readConfig without any variable', () => {
  it('returns every default', () => {
    expect(read({})).toEqual({
      grpc: null,
      environment: 'development',
      dataDir: '.gatehouse',
      server: {
        port: 4000,
        hosts: ['127.0.0.1', '::1'],
        publicUrl: new URL('http://localhost:4000'),
        allowedHosts: ['localhost:4000', 'localhost', '127.0.0.1', '[::1]'],
        allowedOrigins: ['http://localhost:4000'],
        trustedProxies: [],
        corsHeaders: null,
        startWaitSeconds: 60,
        drainNoticeSeconds: 1,
        drainSeconds: 10,
      },
      database: {
        url: null,
        directUrl: null,
        poolMin: 5,
        poolMax: 20,
        preparesStatements: true,
        migrateOnStart: true,
      },
      redis: null,
      workers: 1,
      replicas: 1,
      tokens: {
        issuer: 'http://localhost:4000',
        audience: 'gatehouse',
        clientId: 'gatehouse',
        algorithm: 'RS256',
        rsaKeyBits: 2048,
        accessTokenSeconds: 900,
        claims: [],
      },
      keys: { rotationDays: 90, publishSeconds: 600, file: null },
      sessions: {
        standard: { idleSeconds: 7 * 86_400, maxSeconds: 30 * 86_400 },
        rememberMe: { idleSeconds: 30 * 86_400, maxSeconds: 90 * 86_400 },
        privileged: { idleSeconds: 1800, maxSeconds: 86_400 },
        refreshGraceSeconds: 10,
        lostAnswerSeconds: 120,
      },
      revocationStalenessSeconds: 5,
      reauthenticationSeconds: 900,
      factors: { policy: 'optional', enrolDays: 14, adminActions: null, rememberDeviceDays: null },
      secrets: { ...generated, previousMasterKey: null, passwordPepper: null },
      hashing: {
        memoryKib: 19_456,
        passes: 2,
        lanes: 1,
        concurrency: 7,
        pooledConcurrency: 3,
        queueSeconds: 2,
      },
      passwords: {
        policy: 'classic',
        overrides: { rejectBreached: false },
        remindDays: 7,
        breaches: null,
      },
      cookies: { sameSite: 'strict' },
      webauthn: { id: 'localhost', name: 'Gatehouse', origins: ['http://localhost:4000'] },
      pages: { logo: null, returnOrigins: ['http://localhost:4000'] },
      app: { name: 'Gatehouse', url: new URL('http://localhost:4000/account'), color: '#2f5bd7' },
      mail: {
        transport: 'mailbox',
        from: { name: 'Gatehouse', email: 'no-reply@localhost' },
        audience: 'loopback',
      },
      textMessages: { webhook: null, countries: null },
      links: {
        verifyEmail: 'http://localhost:4000/verify-email?token={token}',
        denyRegistration: 'http://localhost:4000/deny-registration?token={token}',
        resetPassword: 'http://localhost:4000/reset-password?token={token}',
        confirmEmail: 'http://localhost:4000/confirm-email?token={token}',
        undoEmailChange: 'http://localhost:4000/undo-email-change?token={token}',
        unlockAccount: 'http://localhost:4000/unlock-account?token={token}',
        reportSession: 'http://localhost:4000/report-session?token={token}',
        undoFactorChange: 'http://localhost:4000/undo-factor-change?token={token}',
      },
      emailVerification: 'optional',
      oneTimeTokens: {
        verifyEmailSeconds: 86_400,
        resetPasswordSeconds: 3600,
        changeEmailSeconds: 3600,
        undoEmailChangeSeconds: 7 * 86_400,
        unlockAccountSeconds: 3600,
        reportSessionSeconds: 7 * 86_400,
        undoFactorChangeSeconds: 3 * 86_400,
      },
      graphiql: true,
      introspection: true,
      log: { level: 'info', format: 'json' },
      protection: {
        limits: {
          budgets: {
            register: { max: 5, windowSeconds: 3600 },
            loginIdentifier: { max: 10, windowSeconds: 60 },
            loginAddress: { max: 50, windowSeconds: 60 },
            refresh: { max: 20, windowSeconds: 60 },
            mailIdentifier: { max: 3, windowSeconds: 3600 },
            mailAddress: { max: 10, windowSeconds: 3600 },
            passwordCheck: { max: 30, windowSeconds: 60 },
            oneTimeToken: { max: 20, windowSeconds: 60 },
            secondStep: { max: 50, windowSeconds: 60 },
            smsAccount: { max: 5, windowSeconds: 86_400 },
            smsAddress: { max: 20, windowSeconds: 86_400 },
            smsNumber: { max: 5, windowSeconds: 86_400 },
            smsPrefix: { max: 100, windowSeconds: 3600 },
            smsTotal: { max: 1000, windowSeconds: 86_400 },
            credentials: { max: 10, windowSeconds: 60 },
            mutation: { max: 60, windowSeconds: 60 },
            query: { max: 300, windowSeconds: 60 },
            all: { max: 1000, windowSeconds: 60 },
            unknownAddress: { max: 5000, windowSeconds: 60 },
          },
          maxCounters: 100_000,
          flood: { refusals: 50, blockSeconds: 60 },
        },
        lockOut: { failures: 5, windowSeconds: 1800, lockSeconds: 1800 },
        addresses: { allowed: [], denied: [] },
        geo: null,
        sessions: {
          limit: 20,
          atLimit: 'evict',
          deviceBinding: 'warn',
          ipBinding: 'warn',
          newDeviceMail: true,
        },
        alerts: { webhook: null, email: null, windowSeconds: 300 },
      },
      audit: { flushMs: 500, logged: false, retentionDays: 90, archive: null },
      metrics: null,
      gateway: { secrets: null, serviceSdl: 'open', documents: null },
    })
  })

  it('treats empty variables as unset and ignores unknown ones', () => {
    expect(read({ PORT: '', MASTER_KEY: '', MASTER_KEY_FILE: '', GATEHOUSE_COLOUR: 'red' })).toEqual(read({}))
  })

  it('derives the public URL from the port', () => {
    const { server, tokens } = read({ PORT: '5000' })
    expect(server.publicUrl.href).toBe('http://localhost:5000/')
    expect(server.allowedOrigins).toEqual(['http://localhost:5000'])
    expect(tokens.issuer).toBe('http://localhost:5000')
  })

  it('logs for human readers on a terminal only', () => {
    expect(read({}, { isTerminal: true }).log.format).toBe('pretty')
    expect(read(production, { isTerminal: true }).log.format).toBe('json')
    expect(read({ LOG_FORMAT: 'json' }, { isTerminal: true }).log.format).toBe('json')
  })

  it.each([
    [1, undefined, 1, 3],
    [2, undefined, 1, 3],
    [8, undefined, 7, 3],
    [8, '16', 7, 15],
    [8, '1', 7, 1],
    [8, 'many', 7, 3],
  ])(
    'with %i cores and UV_THREADPOOL_SIZE %s runs %i hashes at once, %i in the pool of libuv',
    (cpus, UV_THREADPOOL_SIZE, concurrency, pooledConcurrency) => {
      const { hashing } = read({ UV_THREADPOOL_SIZE }, { cpus })
      expect(hashing).toMatchObject({ concurrency, pooledConcurrency })
    },
  )

  it.each([
    ['production', 'production'],
    ['test', 'test'],
    ['development', 'development'],
    ['', 'development'],
  ])('reads NODE_ENV=%s as %s', (NODE_ENV, environment) => {
    expect(read({ ...production, NODE_ENV }).environment).toBe(environment)
  })
})

describe('NODE_ENV', () => {
  it.each([
    'prod',
    'Production',
    'PRODUCTION',
    'production ',
    ' production',
    'live',
    'staging',
    'dev',
    'true',
  ])('of "%s" is refused by name, with the accepted values', (NODE_ENV) => {
    const { problems } = errorOf({ ...production, NODE_ENV })
    expect(problems).toContainEqual({
      variable: 'NODE_ENV',
      message: 'must be one of development, test, production.',
    })
  })

  it('decides how long a stopping process accepts connections', () => {
    expect(read(production).server.drainNoticeSeconds).toBe(5)
    expect(read({ ...production, DRAIN_NOTICE_SECONDS: '0' }).server.drainNoticeSeconds).toBe(0)
  })
})

describe('CORS_HEADERS', () => {
  it('is a list of names', () => {
    expect(read({ CORS_HEADERS: 'Sentry-Trace, baggage' }).server.corsHeaders).toEqual([
      'sentry-trace',
      'baggage',
    ])
    for (const CORS_HEADERS of ['*', 'a b', 'a,', 'ä', 'x'.repeat(101)])
      expect(invalidVariables({ CORS_HEADERS })).toEqual(['CORS_HEADERS'])
  })
})

describe('a service in development that other machines can reach', () => {
  const reachable: Environment[] = [
    { HOST: '0.0.0.0' },
    { HOST: '::' },
    { HOST: '192.0.2.1', NODE_ENV: 'test' },
    { PUBLIC_URL: 'https://auth.example.com' },
  ]
  const warned = (env: Environment) => startWarnings(read(env)).map(({ variable }) => variable)

  it.each(reachable)('warns at every start, and shows no mailbox: %o', (env) => {
    expect(warned(env)).toContain('NODE_ENV')
    expect(read(env).mail).toMatchObject({ transport: 'mailbox', audience: null })
    expect(read({ ...env, DEV_MAILBOX: 'on' }).mail).toMatchObject({ audience: 'every-client' })
    expect(warned({ ...env, DEV_MAILBOX: 'on' })).toContain('DEV_MAILBOX')
  })

  it('is not one on loopback', () => {
    for (const env of [{}, { HOST: '127.0.0.1' }, { HOST: '::1' }, { HOST: 'localhost' }]) {
      expect(warned(env)).toEqual([])
      expect(read(env).mail).toMatchObject({ audience: 'loopback' })
    }
  })
})

describe('readConfig in production', () => {
  it('accepts the six required variables, and turns GraphiQL and introspection off', () => {
    const config = read(production, {
      generateSecrets: () => {
        throw new Error('production never generates secrets')
      },
    })
    expect(config.secrets.masterKey.reveal()).toBe(MASTER_KEY)
    expect(config.secrets.refreshPeppers.map(({ id, secret }) => [id, secret.reveal()])).toEqual([
      ['a', PEPPER],
    ])
    expect(config.database.directUrl?.reveal()).toBe(production.DATABASE_URL)
    expect(config).toMatchObject({
      graphiql: false,
      introspection: false,
      database: { migrateOnStart: false },
    })
    expect(config.server.allowedHosts).toEqual(['auth.example.com', 'localhost', '127.0.0.1', '[::1]'])
  })

  it('names every missing variable', () => {
    const missing = ['SMTP_URL', 'MAIL_FROM', 'DATABASE_URL', 'MASTER_KEY', 'REFRESH_PEPPERS']
    expect(invalidVariables({ NODE_ENV: 'production' })).toEqual(missing)
  })

  it('requires https, except on loopback', () => {
    expect(invalidVariables({ ...production, PUBLIC_URL: 'http://auth.example.com' })).toEqual(['PUBLIC_URL'])
    for (const PUBLIC_URL of ['http://localhost', 'http://127.0.0.1:4000', 'http://[::1]:4000', '']) {
      expect(read({ ...production, PUBLIC_URL }).environment).toBe('production')
    }
    expect(invalidVariables({ ...production, PUBLIC_URL: 'http://127.example.com' })).toEqual(['PUBLIC_URL'])
  })

  it.each([
    ['47104', '1'],
    ['19456', '2'],
    ['12288', '3'],
    ['9216', '4'],
    ['7168', '5'],
  ])('accepts argon2id with %s KiB and %s passes, and not with one KiB less', (memory, ARGON2_PASSES) => {
    const env = { ...production, ARGON2_PASSES }
    expect(read({ ...env, ARGON2_MEMORY_KIB: memory }).hashing.memoryKib).toBe(Number(memory))
    const less = { ...env, ARGON2_MEMORY_KIB: String(Number(memory) - 1) }
    expect(invalidVariables(less)).toEqual(['ARGON2_MEMORY_KIB'])
    expect(read({ ...less, NODE_ENV: 'test' }).hashing.memoryKib).toBe(Number(memory) - 1)
  })
})

describe('readConfig with contradictory variables', () => {
  it.each<[string, Environment, string]>([
    ['idle above max', { SESSION_IDLE_SECONDS: '601', SESSION_MAX_SECONDS: '600' }, 'SESSION_IDLE_SECONDS'],
    [
      'idle above max, remembered',
      { REMEMBER_ME_IDLE_SECONDS: '601', REMEMBER_ME_MAX_SECONDS: '600' },
      'REMEMBER_ME_IDLE_SECONDS',
    ],
    [
      'idle above max, privileged',
      { PRIVILEGED_SESSION_IDLE_SECONDS: '86401' },
      'PRIVILEGED_SESSION_IDLE_SECONDS',
    ],
    ['pool min above max', { DATABASE_POOL_MIN: '21' }, 'DATABASE_POOL_MIN'],
    ['a direct URL alone', { DIRECT_DATABASE_URL: 'postgres://localhost/x' }, 'DIRECT_DATABASE_URL'],
    ['replicas without Redis', { REPLICAS: '2', DATABASE_URL: 'postgres://localhost/x' }, 'REDIS_URL'],
    ['workers without Redis', { WORKERS: '2', DATABASE_URL: 'postgres://localhost/x' }, 'REDIS_URL'],
    [
      'workers with the embedded database',
      { WORKERS: 'auto', REDIS_URL: 'redis://localhost' },
      'DATABASE_URL',
    ],
    ['replicas without a database', { REPLICAS: '2', REDIS_URL: 'redis://localhost' }, 'DATABASE_URL'],
    ['SameSite none without https', { COOKIE_SAME_SITE: 'none' }, 'COOKIE_SAME_SITE'],
    ['less than 8 KiB for each lane', { ARGON2_MEMORY_KIB: '15', ARGON2_LANES: '2' }, 'ARGON2_MEMORY_KIB'],
    ['a secret and its file', { MASTER_KEY, MASTER_KEY_FILE: '/run/secrets/key' }, 'MASTER_KEY'],
  ])('rejects %s', (_, env, variable) => {
    expect(invalidVariables(env)).toEqual([variable])
  })

  it('accepts consistent variables', () => {
    const config = read({
      REPLICAS: '2',
      DATABASE_URL: 'postgres://localhost/x',
      DIRECT_DATABASE_URL: 'postgres://localhost:6432/x',
      REDIS_URL: 'rediss://localhost',
      COOKIE_SAME_SITE: 'none',
      PUBLIC_URL: 'https://auth.example.com/',
    })
    expect(config).toMatchObject({
      replicas: 2,
      cookies: { sameSite: 'none' },
      database: { migrateOnStart: false },
    })
    expect(config.database.directUrl?.reveal()).toBe('postgres://localhost:6432/x')
    expect(config.redis?.address).toMatchObject({ tls: true, nodes: [{ host: 'localhost', port: 6379 }] })
  })

  it('lowers the default idle time to a lower maximum, and the default pool minimum to a lower maximum', () => {
    const config = read({ SESSION_MAX_SECONDS: '600', DATABASE_POOL_MAX: '2' })
    expect(config.sessions.standard).toEqual({ idleSeconds: 600, maxSeconds: 600 })
    expect(config.database.poolMin).toBe(2)
  })
})

describe('readConfig with invalid values', () => {
  const numbers = {
    PORT: [0, 65_535],
    DATABASE_POOL_MIN: [0, 20],
    DATABASE_POOL_MAX: [1, 1000],
    ACCESS_TOKEN_SECONDS: [60, 3600],
    REFRESH_GRACE_SECONDS: [0, 60],
    LOST_ANSWER_SECONDS: [0, 600],
    REVOCATION_STALENESS_SECONDS: [2, 60],
    ARGON2_PASSES: [1, 100],
    HASH_CONCURRENCY: [1, 1024],
    HASH_QUEUE_SECONDS: [1, 60],
    DRAIN_NOTICE_SECONDS: [0, 300],
    DRAIN_SECONDS: [0, 300],
    KEY_ROTATION_DAYS: [0, 3650],
    AUDIT_FLUSH_MS: [0, 900],
    AUDIT_RETENTION_DAYS: [0, 36_500],
  } as const

  it.each(Object.entries(numbers))('keeps %s within its bounds', (name, [min, max]) => {
    expect(() => read({ [name]: String(min) })).not.toThrow()
    expect(() => read({ [name]: String(max) })).not.toThrow()
    expect(invalidVariables({ [name]: String(min - 1) })).toEqual([name])
    expect(invalidVariables({ [name]: '100001' })).toEqual([name])
  })

  it.each([
    [{}, 90],
    [{ AUDIT_RETENTION_DAYS: '30' }, 30],
    [{ AUDIT_RETENTION_DAYS: '0' }, null],
    [{ AUDIT_ARCHIVE_DIR: '/archive' }, 90],
    [{ AUDIT_ARCHIVE_DIR: '/archive', AUDIT_RETENTION_DAYS: '30' }, 30],
    [{ AUDIT_ARCHIVE_DIR: '/archive', AUDIT_RETENTION_DAYS: '0' }, null],
  ])('keeps audit events with %j for %j days', (env, days) => {
    expect(read(env).audit.retentionDays).toBe(days)
  })

  it.each([
    ['0', null],
    ['1', 1],
    ['30', 30],
    ['3650', 3650],
  ])('rotates keys with KEY_ROTATION_DAYS=%s after %j days (null: never automatically)', (value, days) => {
    expect(read({ KEY_ROTATION_DAYS: value }).keys).toEqual({
      rotationDays: days,
      publishSeconds: 600,
      file: null,
    })
  })

  it.each(['12abc', '1e3', ' 900', '900 ', '+900', '0900', '900.0', '0x384', '９００', ' '])(
    'rejects %j as an integer',
    (value) => {
      expect(invalidVariables({ ACCESS_TOKEN_SECONDS: value })).toEqual(['ACCESS_TOKEN_SECONDS'])
    },
  )

  it('reads on, true and 1 as on, off, false and 0 as off, and rejects other words', () => {
    for (const GRAPHIQL of ['on', 'true', '1', 'ON'])
      expect(read({ ...production, GRAPHIQL }).graphiql).toBe(true)
    for (const GRAPHIQL of ['off', 'false', '0']) expect(read({ GRAPHIQL }).graphiql).toBe(false)
    for (const GRAPHIQL of ['yes', '2', 'onn']) expect(invalidVariables({ GRAPHIQL })).toEqual(['GRAPHIQL'])
  })

  it.each([
    ['RSA_KEY_BITS', '1024'],
    ['SIGNING_ALGORITHM', 'HS256'],
    ['COOKIE_SAME_SITE', 'Strict'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_FORMAT', 'xml'],
    ['RATE_LIMITS', 'false'],
    ['MIGRATE_ON_START', 'maybe'],
    ['INTROSPECTION', 'maybe'],
    ['DATA_DIR', ' '],
    ['HOST', 'localhost:4000'],
    ['HOST', '::1::'],
    ['TOKEN_ISSUER', 'two words'],
    ['TOKEN_AUDIENCE', 'two words'],
    ['CLIENT_ID', 'ü'],
    ['REPLICAS', '0'],
    ['WORKERS', '0'],
    ['WORKERS', '65'],
    ['WORKERS', 'all'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['DATABASE_URL', 'localhost:5432'],
    ['REDIS_URL', 'http://localhost'],
    ['REDIS_TIMEOUT_MS', '9'],
    ['REDIS_TIMEOUT_MS', '10001'],
  ])('rejects %s=%s', (name, value) => {
    expect(invalidVariables({ [name]: value })).toEqual([name])
  })

  it('lists every problem at once, by name, in one message', () => {
    const error = errorOf({
      PORT: 'x',
      CORS_ORIGINS: '*',
      LOG_LEVEL: 'x',
      SESSION_IDLE_SECONDS: '1',
      REPLICAS: '3',
    })
    const names = ['PORT', 'CORS_ORIGINS', 'DATABASE_URL', 'REDIS_URL', 'SESSION_IDLE_SECONDS', 'LOG_LEVEL']
    expect(error.problems.map((problem) => problem.variable)).toEqual(names)
    for (const name of names) expect(error.message).toMatch(new RegExp(`^ {2}${name} \\S.*\\.$`, 'm'))
  })

  it('generates no secrets if another variable is invalid', () => {
    const generateSecrets = () => {
      throw new Error('secrets were generated')
    }
    expect(errorOf({ PORT: 'x' }, { generateSecrets }).message).not.toContain('secrets were generated')
  })

  it('reports a data folder in which secrets cannot be stored', () => {
    const error = errorOf(
      {},
      {
        generateSecrets: () => {
          throw new Error('EACCES')
        },
      },
    )
    expect(error.problems).toEqual([{ variable: 'DATA_DIR', message: expect.stringContaining('EACCES') }])
  })
})

describe('readConfig with addresses', () => {
  it.each([
    'http://localhost:4000/graphql',
    'https://a.example.com?x=1',
    'https://a.example.com#x',
    'https://user:pass@a.example.com',
    'ftp://a.example.com',
    'a.example.com',
    'https://',
    'https://a.example.com:99999',
  ])('rejects %s as PUBLIC_URL and as CORS origin', (value) => {
    expect(invalidVariables({ PUBLIC_URL: value })).toEqual(['PUBLIC_URL'])
    expect(invalidVariables({ CORS_ORIGINS: value })).toEqual(['CORS_ORIGINS'])
  })

  it.each([
    '*',
    'https://*.example.com',
    'null',
    'https://.+\\.example.com',
    'https://a.com/',
    'https://a.com,',
    ',',
  ])('rejects %s as CORS_ORIGINS', (CORS_ORIGINS) => {
    expect(invalidVariables({ CORS_ORIGINS })).toEqual(['CORS_ORIGINS'])
  })

  it('normalises origins to what browsers send, without duplicates', () => {
    const { allowedOrigins } = read({
      PUBLIC_URL: 'https://Auth.example.com:443',
      CORS_ORIGINS:
        'https://APP.example.com:443, http://localhost:5173,https://auth.example.com,https://bücher.example',
    }).server
    expect(allowedOrigins).toEqual([
      'https://auth.example.com',
      'https://app.example.com',
      'http://localhost:5173',
      'https://xn--bcher-kva.example',
    ])
  })

  it('reads hosts with and without port, in lower case', () => {
    const ALLOWED_HOSTS = 'Auth.example.com, auth.internal:8080,[::1],[2001:DB8::1]:443,127.0.0.1'
    expect(read({ ALLOWED_HOSTS }).server.allowedHosts).toEqual([
      'auth.example.com',
      'auth.internal:8080',
      '[::1]',
      '[2001:db8::1]:443',
      '127.0.0.1',
    ])
  })

  it.each(
    [
      '*',
      '*.example.com',
      'a/b',
      'a:0',
      'a:65536',
      'a:',
      '::1',
      'https://a',
      'a b',
      'a@b',
      '[::1',
      '',
    ].filter(Boolean),
  )('rejects %s as ALLOWED_HOSTS', (ALLOWED_HOSTS) => {
    expect(invalidVariables({ ALLOWED_HOSTS })).toEqual(['ALLOWED_HOSTS'])
  })

  it('listens on HOST', () => {
    for (const HOST of ['0.0.0.0', '::', 'gatehouse.internal'])
      expect(read({ HOST }).server.hosts).toEqual([HOST])
    expect(read({ HOST: '[::1]' }).server.hosts).toEqual(['::1'])
  })

  it('reads trusted proxies as addresses and ranges', () => {
    const TRUSTED_PROXIES = '10.0.0.0/8, ::1,fd00::/8,192.0.2.7,192.0.2.8/32,::1/128'
    expect(read({ TRUSTED_PROXIES }).server.trustedProxies).toHaveLength(6)
  })

  it.each([
    '10.0.0.0/33',
    '0.0.0.0/0',
    '::/0',
    '::/129',
    '10.0.0/8',
    'proxy',
    '10.0.0.0/8/8',
    '1.2.3.4/',
    '1.2.3.4/08',
    'fe80::1%eth0',
    '*',
  ])('rejects %s as TRUSTED_PROXIES', (TRUSTED_PROXIES) => {
    expect(invalidVariables({ TRUSTED_PROXIES })).toEqual(['TRUSTED_PROXIES'])
  })
})

describe('readConfig with secrets', () => {
  const invalidPeppers = [
    PEPPER,
    `:${PEPPER}`,
    `a:${PEPPER.slice(0, 31)}`,
    `a:${PEPPER},a:${PEPPER}x`,
    `a:${PEPPER},`,
    `a.b:${PEPPER}`,
    `${'a'.repeat(33)}:${PEPPER}`,
    `a:${'ab'.repeat(20)}`,
    `a:change-me-${PEPPER}`,
    `a:${PEPPER} ${PEPPER}`,
  ]

  it.each(invalidPeppers)('rejects REFRESH_PEPPERS=%s', (REFRESH_PEPPERS) => {
    expect(invalidVariables({ REFRESH_PEPPERS })).toEqual(['REFRESH_PEPPERS'])
  })

  it('preserves the order of the peppers, and colons within them', () => {
    const { refreshPeppers } = read({ REFRESH_PEPPERS: `new:x:${PEPPER}, old_1:${PEPPER}` }).secrets
    expect(refreshPeppers.map(({ id, secret }) => [id, secret.reveal()])).toEqual([
      ['new', `x:${PEPPER}`],
      ['old_1', PEPPER],
    ])
  })

  const bytes = Buffer.from(MASTER_KEY, 'base64')
  it.each([
    bytes.subarray(1).toString('base64'),
    Buffer.concat([bytes, bytes]).toString('base64'),
    MASTER_KEY.replace('=', ''),
    ` ${MASTER_KEY}`,
    bytes.toString('hex'),
    Buffer.alloc(32).toString('base64'),
    'not base64 at all',
  ])('rejects MASTER_KEY=%s', (value) => {
    expect(invalidVariables({ MASTER_KEY: value })).toEqual(['MASTER_KEY'])
  })

  it('generates only what is missing', () => {
    expect(read({ MASTER_KEY }).secrets).toMatchObject({ refreshPeppers: generated.refreshPeppers })
    expect(read({ MASTER_KEY }).secrets.masterKey.reveal()).toBe(MASTER_KEY)
    expect(read({ DATABASE_URL: 'postgres://localhost/x' }).secrets.masterKey).toBe(generated.masterKey)
  })

  it('accepts PASSWORD_PEPPER, and rejects a short one', () => {
    expect(read({ PASSWORD_PEPPER: PEPPER }).secrets.passwordPepper?.reveal()).toBe(PEPPER)
    expect(invalidVariables({ PASSWORD_PEPPER: 'short' })).toEqual(['PASSWORD_PEPPER'])
  })

  it('reads each secret from a file as well, without the last line break', () => {
    const files: Record<string, string> = {
      '/s/db': 'postgres://u:p@db/x\n',
      '/s/direct': 'postgres://u:p@direct/x',
      '/s/redis': 'redis://:p@redis\r\n',
      '/s/key': `${MASTER_KEY}\n`,
      '/s/peppers': `a:${PEPPER}\n`,
      '/s/pepper': `${PEPPER}\n`,
    }
    const config = read(
      {
        DATABASE_URL_FILE: '/s/db',
        DIRECT_DATABASE_URL_FILE: '/s/direct',
        REDIS_URL_FILE: '/s/redis',
        MASTER_KEY_FILE: '/s/key',
        REFRESH_PEPPERS_FILE: '/s/peppers',
        PASSWORD_PEPPER_FILE: '/s/pepper',
      },
      { readSecretFile: (path) => files[path] ?? '' },
    )
    expect(config.database.url?.reveal()).toBe('postgres://u:p@db/x')
    expect(config.database.directUrl?.reveal()).toBe('postgres://u:p@direct/x')
    expect(config.redis?.address.password?.reveal()).toBe('p')
    expect(config.secrets.masterKey.reveal()).toBe(MASTER_KEY)
    expect(config.secrets.refreshPeppers[0]?.secret.reveal()).toBe(PEPPER)
    expect(config.secrets.passwordPepper?.reveal()).toBe(PEPPER)
  })

  it('names the _FILE variable if its file is empty or unreadable', () => {
    const names = (more: ConfigOptions) =>
      errorOf({ ...production, MASTER_KEY: '', MASTER_KEY_FILE: '/s/key' }, more).problems.map(
        (p) => p.variable,
      )
    expect(names({})).toEqual(['MASTER_KEY_FILE'])
    expect(names({ readSecretFile: () => '\n' })).toEqual(['MASTER_KEY_FILE'])
  })

  it('ignores _FILE for variables that are not secret', () => {
    expect(read({ PORT_FILE: '/s/port' }).server.port).toBe(4000)
  })

  it('never reveals the value of an invalid secret', () => {
    const names = [
      'DATABASE_URL',
      'DIRECT_DATABASE_URL',
      'REDIS_URL',
      'MASTER_KEY',
      'REFRESH_PEPPERS',
      'PASSWORD_PEPPER',
      'SMTP_URL',
      'SENDGRID_API_KEY',
    ]
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.string({ minLength: 1, maxLength: 60 }), (name, noise) => {
        const value = `s3cret!${noise}`
        const error = errorOf({ [name]: value, PORT: 'wrong' })
        expect(error.problems.length).toBeGreaterThan(0)
        expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain('s3cret!')
      }),
    )
  })

  it('masks secrets when the configuration is printed', () => {
    const config = read({ ...production, PASSWORD_PEPPER: `${PEPPER}p`, REDIS_URL: 'redis://:hunter2@redis' })
    const shown = JSON.stringify(config)
    for (const secret of ['hunter2', MASTER_KEY, PEPPER]) expect(shown).not.toContain(secret)
  })
})
