import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCommand } from '../../src/cli/run-command.ts'
import { loadOrGenerateSecrets } from '../../src/config/generated-secrets.ts'
import { freePort } from '../support/free-port.ts'

const missingFolder = join(tmpdir(), 'gatehouse-missing-folder')

const production = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://auth.example.com',
  DATABASE_URL: 'postgres://gatehouse@db.internal/gatehouse',
  MASTER_KEY: Buffer.from('gatehouse tests: a master key 32').toString('base64'),
  REFRESH_PEPPERS: 'test:a-pepper-of-the-tests-0123456789abcdef',
  MAIL: 'off',
}

describe('the help', () => {
  it('of a command names its options and its exit codes', async () => {
    const { code, output } = await run(['keys', 'verify', '--help'])
    expect(code).toBe(0)
    expect(output).toMatch(/^Usage: gatehouse keys verify \[--json\]\n/)
    expect(output).toMatch(/Exit codes:\n {2}0 {2}success\n {2}1 {2}failure/)
    expect((await run(['start', '-h'])).output).toMatch(/\n {2}78 the stored signing key/)
  })

  it('of a first word describes all commands that begin with it', async () => {
    const { output } = await run(['users', '--help'])
    expect(output.match(/^Usage: .*/gm)).toHaveLength(10)
    expect((await run(['nonsense', '--help'])).code).toBe(2)
  })

  it.each(['users', 'tenants', 'keys', 'audit', 'sessions', 'access', 'config'])(
    'of the first word alone is printed as an error: %s',
    async (word) => {
      const { code, output, errors } = await run([word])
      expect([code, output]).toEqual([2, ''])
      expect(errors).toMatch(new RegExp(`^Usage: gatehouse ${word} `))
      expect(errors).not.toContain('Unknown command')
      expect((await run([word, 'nonsense'])).errors).toBe(
        `Unknown command: ${word} nonsense\nRun gatehouse ${word} --help for more.`,
      )
    },
  )

  it('names the exit code of an interruption', async () => {
    expect((await run(['users', 'import', '--help'])).output).toMatch(/\n {2}130 interrupted/)
    expect((await run(['users', 'lock', '--help'])).output).not.toContain('130')
  })
})

describe('a file that a command cannot read', () => {
  const commands = [
    ['access', 'apply'],
    ['keys', 'import'],
    ['keys', 'restore'],
  ]
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-files-'))
  const passphrase = { KEY_BACKUP_PASSPHRASE: 'a-passphrase-of-the-tests-0123456789' }

  it.each(commands)('is named by %s %s, with the reason', async (...command) => {
    const missing = join(folder, 'none.file')
    expect(await run([...command, missing], passphrase)).toEqual({
      code: 1,
      output: '',
      errors: `${missing} cannot be used: there is no such file or folder.`,
    })
    expect((await run([...command, folder], passphrase)).errors).toContain('it is a folder.')
  })
})

describe('audit verify', () => {
  it('fails if the folder is missing', async () => {
    const errors = `${missingFolder} cannot be used: there is no such file or folder.`
    for (const [words, env] of [
      [['audit', 'verify', missingFolder], {}],
      [['audit', 'verify'], { AUDIT_ARCHIVE_DIR: missingFolder }],
    ] as const)
      expect(await run(words, { DATA_DIR: missingFolder, ...env })).toEqual({ code: 1, output: '', errors })
  })
})

describe('init', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-init-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const variables = (file: string) => parseEnv(readFileSync(file, 'utf8'))

  it('writes secrets that a start accepts, for its owner only, and never overwrites', async () => {
    const file = join(folder, 'first.env')
    expect(await run(['init', file], { DATA_DIR: folder })).toMatchObject({ code: 0, errors: '' })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const written = variables(file)
    expect(Object.keys(written)).toEqual(['MASTER_KEY', 'REFRESH_PEPPERS'])
    const env = { ...production, MASTER_KEY: '', REFRESH_PEPPERS: '', ...written }
    expect(await run(['config', 'check'], env)).toMatchObject({ code: 0 })
    const again = await run(['init', file], { DATA_DIR: folder })
    expect(again).toMatchObject({ code: 1, output: '' })
    expect(again.errors).toContain('is not changed')
    expect(variables(file)).toEqual(written)
    expect((await run(['init', join(folder, 'second.env')], { DATA_DIR: folder })).code).toBe(0)
    expect(variables(join(folder, 'second.env'))).not.toEqual(written)
  })

  it('keeps the secrets that a start has generated', async () => {
    loadOrGenerateSecrets(folder)
    const stored = JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8'))
    const { output } = await run(['init', join(folder, '.env')], { DATA_DIR: folder })
    expect(output).toContain(`It has the secrets of ${folder}. For a new installation, run`)
    expect(variables(join(folder, '.env'))).toEqual({
      MASTER_KEY: stored.masterKey,
      REFRESH_PEPPERS: stored.refreshPeppers,
    })
  })

  describe('with --subgraph yoga --gateway hive', () => {
    const initIn = (target: string, ...options: string[]) =>
      run(['init', '--subgraph', 'yoga', '--gateway', 'hive', ...options, target], { DATA_DIR: '' })
    const written = [
      '.env',
      '.gitignore',
      'compose.mjs',
      'gateway.config.ts',
      'package.json',
      'posts.js',
      'sign-edge.ts',
      'start.mjs',
      'use-gatehouse-edge.ts',
    ]

    it('writes a federation with a secret of its own, and the three commands that start it', async () => {
      const target = join(folder, 'new')
      const { code, output, errors } = await initIn(target)
      expect([code, errors]).toEqual([0, ''])
      expect(output).toMatch(/\n {2}npm install\n {2}node compose.mjs\n {2}node start.mjs\n/)
      expect(readdirSync(target).sort()).toEqual(written)
      expect(statSync(join(target, '.env')).mode & 0o777).toBe(0o600)
      expect(readFileSync(join(target, '.gitignore'), 'utf8').split('\n')).toContain('.env')
      const { GATEWAY_SECRETS = '', ...others } = variables(join(target, '.env'))
      expect(GATEWAY_SECRETS).toMatch(/^hive:[\w-]{43}$/)
      expect(Object.keys(others).sort()).toEqual(['CORS_ORIGINS', 'MASTER_KEY', 'REFRESH_PEPPERS'])
      const env = { ...others, GATEWAY_SECRETS, ENV_FILE: '/dev/null' }
      expect(await run(['config', 'check'], env)).toMatchObject({ code: 0 })
      await initIn(join(folder, 'other'))
      expect(variables(join(folder, 'other/.env')).GATEWAY_SECRETS).not.toBe(GATEWAY_SECRETS)
    })

    it.each(written.filter((file) => !['.env', '.gitignore', 'package.json'].includes(file)))(
      'writes nothing if %s exists',
      async (file) => {
        writeFileSync(join(folder, file), 'mine')
        const { code, output, errors } = await initIn(folder)
        expect([code, output]).toEqual([1, ''])
        expect(errors).toContain(`${file} exists already`)
        expect(readdirSync(folder)).toEqual([file])
        expect(readFileSync(join(folder, file), 'utf8')).toBe('mine')
      },
    )

    it('keeps a package.json, and appends to .env only what it lacks', async () => {
      writeFileSync(join(folder, 'package.json'), '{"name":"mine"}')
      writeFileSync(join(folder, '.env'), 'MASTER_KEY=mine\nCORS_ORIGINS=https://app.example.com', {
        mode: 0o600,
      })
      const { code, output } = await initIn(folder)
      expect(code).toBe(0)
      expect(output).toContain('npm install @apollo/subgraph@')
      expect(readFileSync(join(folder, 'package.json'), 'utf8')).toBe('{"name":"mine"}')
      expect(variables(join(folder, '.env'))).toEqual({
        MASTER_KEY: 'mine',
        CORS_ORIGINS: 'https://app.example.com',
        GATEWAY_SECRETS: expect.stringMatching(/^hive:/),
      })
    })

    it.runIf(process.platform !== 'win32')(
      'writes nothing if other users can read the .env that would get the secret',
      async () => {
        const file = join(folder, '.env')
        writeFileSync(file, 'MASTER_KEY=mine\n', { mode: 0o644 })
        const { code, output, errors } = await initIn(folder)
        expect([code, output]).toEqual([1, ''])
        expect(errors).toContain(`chmod 600 ${file}`)
        expect(readdirSync(folder)).toEqual(['.env'])
        expect(readFileSync(file, 'utf8')).toBe('MASTER_KEY=mine\n')
      },
    )

    const dependenciesOf = (manifest: string) => JSON.parse(readFileSync(manifest, 'utf8')).dependencies

    it('installs the packages of this version, from tarballs if they are in the folder', async () => {
      const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
      const tarball = `gatehouse-auth-${version}.tgz`
      writeFileSync(join(folder, tarball), '')
      await initIn(folder)
      expect(dependenciesOf(join(folder, 'package.json'))).toMatchObject({
        'gatehouse-auth': `file:${tarball}`,
        'gatehouse-verify': `^${version}`,
      })
    })

    it('installs what the example of the same subgraph does', () => {
      const posts = Object.keys(dependenciesOf('examples/subgraph-posts/package.json'))
      expect(Object.keys(dependenciesOf('examples/federation/package.json'))).toEqual(
        expect.arrayContaining(posts),
      )
    })

    it.each([
      [['--subgraph', 'yoga']],
      [['--gateway', 'hive']],
      [['--subgraph', 'express', '--gateway', 'hive']],
      [['--subgraph', 'yoga', '--gateway', 'apollo']],
      [['--subgraph', 'yoga', '--gateway', 'hive', 'one', 'two']],
      [['--sub', 'yoga']],
    ])('is refused as %j', async (options) => {
      const { code, errors } = await run(['init', ...options])
      expect(code).toBe(2)
      expect(errors).toContain('init --subgraph yoga --gateway hive [FOLDER]')
    })
  })
})

describe('health', () => {
  it.each([
    [200, 0, 'ready', ''],
    [503, 1, '', 'not ready: {"status":"unavailable"}'],
  ])('of a service that answers %d exits with %d', async (status, code, output, errors) => {
    const server = createServer((_request, response) =>
      response.writeHead(status).end(JSON.stringify({ status: status === 200 ? 'ok' : 'unavailable' })),
    )
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? String(address.port) : ''
    try {
      expect(await run(['health'], { PORT: port })).toEqual({ code, output, errors })
      const json = await run(['health', `http://127.0.0.1:${port}`, '--json'])
      expect([json.code, JSON.parse(json.output)]).toEqual([code, { status: expect.any(String) }])
    } finally {
      server.close()
    }
  })

  it('of a service that does not answer exits with 1 and names the reason', async () => {
    const { code, errors } = await run(['health'], { PORT: String(await freePort()) })
    expect(code).toBe(1)
    expect(errors).toContain('ECONNREFUSED')
  })
})

describe('npm run cli', () => {
  it('lists the commands', async () => {
    const { code, output } = await run(['help'])
    expect(code).toBe(0)
    expect(output).toMatch(/migrate +Applies pending migrations/)
    expect(output).toMatch(/config check +Reports invalid and weak settings/)
    expect((await run(['--help'])).output).toBe(output)
  })

  it.each([
    [[], 'A command is required.', ''],
    [['migrat'], 'Unknown command: migrat', ''],
    [['conf'], 'Unknown command: conf', ''],
    [['migrate', 'everything'], 'migrate takes no arguments.', 'migrate '],
    [['doctor', '--bogus'], 'doctor takes no arguments.', 'doctor '],
  ])('rejects %j with exit code 2, and names --help on one line', async (words, reason, named) => {
    const { code, errors, output } = await run(words)
    expect(code).toBe(2)
    const more = named === '' ? 'the list of commands' : 'more'
    expect(errors).toBe(`${reason}\nRun gatehouse ${named}--help for ${more}.`)
    expect(output).toBe('')
  })
})

describe('npm run cli -- config check', () => {
  it('prints the warnings as JSON for programs', async () => {
    const { code, output } = await run(['config', 'check', '--json'], { DATA_DIR: missingFolder })
    expect([code, JSON.parse(output)]).toEqual([
      0,
      {
        ok: true,
        warnings: expect.any(Array),
        passwords: expect.any(String),
        passkeys: expect.any(String),
        tokenBytes: expect.any(Number),
      },
    ])
  })

  it('prints ok and writes no file', async () => {
    const { code, output } = await run(['config', 'check'], { DATA_DIR: missingFolder })
    expect(code).toBe(0)
    expect(output).toMatch(/\nok$/)
    expect(existsSync(missingFolder)).toBe(false)
  })

  it.each([
    ['RSA_KEY_BITS', {}, 'of 2048 gives 112 bits of security'],
    ['MFA_ADMIN_ACTIONS', { MFA_ADMIN_ACTIONS: 'aal1' }, 'with the password alone'],
    ['COOKIE_SAME_SITE', { COOKIE_SAME_SITE: 'none', PUBLIC_URL: 'https://auth.example.com' }, 'every site'],
    ['PUBLIC_URL', { PUBLIC_URL: 'http://auth.example.com' }, 'without https'],
    ['DATABASE_URL', {}, 'embedded database'],
    ['PASSWORD_POLICY', { PASSWORD_POLICY: 'classic' }, 'NIST forbids composition rules'],
    ['DATABASE_URL', production, 'verified TLS'],
    ['REDIS_URL', { ...production, REDIS_URL: 'redis://cache.internal' }, 'rediss://'],
    ['AUDIT_ARCHIVE_DIR', production, 'stay in the database beyond AUDIT_RETENTION_DAYS \\(90\\)'],
    ['AUDIT_ARCHIVE_DIR', { ...production, AUDIT_RETENTION_DAYS: '30' }, '\\(30\\)'],
  ])('warns about a weak %s', async (variable, env, reason) => {
    const { code, output } = await run(['config', 'check'], { DATA_DIR: missingFolder, ...env })
    expect(code).toBe(0)
    expect(output).toMatch(new RegExp(`^warning: ${variable} .*${reason}`, 'm'))
  })

  it.each([{ AUDIT_ARCHIVE_DIR: '/archive' }, { AUDIT_RETENTION_DAYS: '0' }])(
    'does not warn about the audit archive with %j',
    async (env) => {
      const { output } = await run(['config', 'check'], { DATA_DIR: missingFolder, ...production, ...env })
      expect(output).not.toContain('AUDIT')
    },
  )

  it('names the hashing of passwords, and prints no warning if no setting is weak', async () => {
    const { output } = await run(['config', 'check'], {
      DATA_DIR: missingFolder,
      DATABASE_URL: 'postgresql://gatehouse@127.0.0.1/gatehouse',
      SIGNING_ALGORITHM: 'ES256',
      PASSWORD_POLICY: 'nist',
      BREACH_CHECK: 'on',
    })
    expect(output).toMatch(
      /^passwords: argon2id by @node-rs\/argon2, at most \d+ at a time\npasskeys: not compared with the RP id localhost: .*\ntokens: room for \d+ bytes of permissions, roles and mapped claims\nok$/,
    )
  })

  it('names no host and no password of a database that it cannot read', async () => {
    const DATABASE_URL = 'postgresql://gatehouse:hunter2@127.0.0.1:1/gatehouse?sslmode=disable'
    const { code, output } = await run(['config', 'check'], { DATA_DIR: missingFolder, DATABASE_URL })
    expect(code).toBe(0)
    expect(output).toMatch(/^passkeys: not compared/m)
    expect(output).not.toContain('hunter2')
  })

  it('lists every problem and exits with 1', async () => {
    const { code, errors, output } = await run(['config', 'check'], {
      NODE_ENV: 'production',
      PORT: 'ninety',
    })
    expect(code).toBe(1)
    for (const name of ['PORT', 'DATABASE_URL', 'MASTER_KEY', 'REFRESH_PEPPERS'])
      expect(errors).toContain(name)
    expect(output).toBe('')
  })
})

async function run(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const printed: string[] = []
  const errorLines: string[] = []
  const code = await runCommand(words, {
    env,
    print: (line) => void printed.push(line),
    printError: (line) => void errorLines.push(line),
  })
  return { code, output: printed.join('\n'), errors: errorLines.join('\n') }
}
