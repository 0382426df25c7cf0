import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCommand } from '../../src/cli/run-command.ts'

const missingFolder = join(tmpdir(), 'gatehouse-missing-folder')

const production = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://auth.example.com',
  DATABASE_URL: 'postgres://gatehouse@db.internal/gatehouse',
  MASTER_KEY: Buffer.from('gatehouse tests: a master key 32').toString('base64'),
  REFRESH_PEPPERS: 'test:a-pepper-of-the-tests-0123456789abcdef',
  MAIL: 'off',
}

describe('npm run cli', () => {
  it('lists the commands', async () => {
    const { code, output } = await run(['help'])
    expect(code).toBe(0)
    expect(output).toMatch(/migrate +Applies pending migrations/)
    expect(output).toMatch(/config check +Reports invalid and weak settings/)
    expect((await run(['--help'])).output).toBe(output)
  })

  it.each([
    [[], 'A command is required.'],
    [['migrat'], 'Unknown command: migrat'],
    [['config'], 'Unknown command: config'],
    [['migrate', 'everything'], 'migrate takes no arguments.'],
  ])('rejects %j with exit code 2 and the list of commands', async (words, reason) => {
    const { code, errors, output } = await run(words)
    expect(code).toBe(2)
    expect(errors).toContain(reason)
    expect(errors).toContain('config check')
    expect(output).toBe('')
  })
})

describe('npm run cli -- config check', () => {
  it('prints ok and writes no file', async () => {
    const { code, output } = await run(['config', 'check'], { DATA_DIR: missingFolder })
    expect(code).toBe(0)
    expect(output).toMatch(/\nok$/)
    expect(existsSync(missingFolder)).toBe(false)
  })

  it.each([
    ['RSA_KEY_BITS', {}, 'of 2048 gives 112 bits of security'],
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

  it('prints no warning if no setting is weak', async () => {
    const { output } = await run(['config', 'check'], {
      DATA_DIR: missingFolder,
      DATABASE_URL: 'postgresql://gatehouse@127.0.0.1/gatehouse',
      SIGNING_ALGORITHM: 'ES256',
      PASSWORD_POLICY: 'nist',
      BREACH_CHECK: 'on',
    })
    expect(output).toBe('ok')
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
