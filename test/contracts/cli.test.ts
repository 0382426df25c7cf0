import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { runCommand } from '../../src/cli/run-command.ts'
import { unpackMigratedDatabase } from '../support/migrated-folder.ts'
import { createServerDatabase } from '../support/test-database.ts'

const program = fileURLToPath(new URL('../../dist/server/lib/cli.js', import.meta.url))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-cli-'))
})
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))

describe('npm run cli', () => {
  it('prints no control characters to the terminal', async () => {
    const { code, errors } = await cli(['\u001b[2J\u009b31m\u202e'])
    expect(code).toBe(2)
    expect(errors).toContain('Unknown command: \\u001b[2J\\u009b31m\\u202e\nRun ')
  })
})

describe('npm run cli -- migrate', () => {
  it('applies each migration once, without the secrets of the service', async () => {
    const { env, note, remove } = await emptyDatabase()
    try {
      const first = await cli(['migrate'], { NODE_ENV: 'production', ...env })
      expect(first.errors).toBe(note)
      expect(first.output).toMatch(/^applied \d{14}_first\n/)
      expect(first.code).toBe(0)
      expect((await run(['migrate'], env)).output).toBe('Nothing to apply.\n')
    } finally {
      await remove()
    }
  })

  it('exits with 1 if the database is unreachable', async () => {
    const url = 'postgresql://gatehouse@127.0.0.1:1/nothing'
    const { code, errors } = await cli(['migrate'], { DATABASE_URL: url })
    expect(code).toBe(1)
    expect(errors).not.toBe('')
    expect(errors).not.toMatch(/\n {4}at /)
  })

  it('exits with 2 after a usage error', async () => {
    expect((await run(['migrate', 'everything'], {})).code).toBe(2)
  })
})

describe('commands on a database that was never migrated', () => {
  it('name the command that migrates', async () => {
    const { env, remove } = await emptyDatabase()
    const file = join(folder, 'people.ndjson')
    await writeFile(file, '{"email": "ada@example.com"}\n')
    try {
      for (const words of [
        ['users', 'import', file],
        ['users', 'export', '01890000-0000-7000-8000-000000000000'],
        ['keys', 'verify'],
      ]) {
        const { code, errors } = await run(words, env)
        expect(code).toBe(1)
        expect(errors).toContain('npm run db:migrate')
        expect(errors).not.toMatch(/\n {4}at /)
      }
    } finally {
      await remove()
    }
  })
})

describe('npm run cli -- users import', () => {
  it('names a file that does not exist, and one that is none', async () => {
    const { env, remove } = await migratedDatabase()
    try {
      expect((await run(['migrate'], env)).code).toBe(0)
      for (const [file, reason] of [
        [
          join(folder, 'none.ndjson'),
          `${join(folder, 'none.ndjson')} cannot be used: there is no such file or folder.`,
        ],
        [folder, 'is not a file'],
      ] as const) {
        const { code, errors } = await run(['users', 'import', file, '--resume'], env)
        expect(code).toBe(1)
        expect(errors).toContain(reason)
        expect(errors).not.toMatch(/\n {4}at /)
      }
    } finally {
      await remove()
    }
  })
})

describe('AUDIT_LOG=on', () => {
  it('has a line on standard error for each audit event of a command, and none on standard output', async () => {
    const { env, remove } = await migratedDatabase()
    const file = join(folder, 'logged.ndjson')
    await writeFile(
      file,
      '{"email": "ada@example.com", "emailVerified": true}\n{"email": "bob@example.com"}\n',
    )
    const logged = { ...env, AUDIT_LOG: 'on' }
    try {
      expect((await run(['migrate'], env)).code).toBe(0)
      const imported = await run(['users', 'import', file, '--json'], logged)
      expect(JSON.parse(imported.output)).toMatchObject({ imported: 2 })
      expect(auditOf(imported)).toMatchObject([{ type: 'USER_IMPORTED' }, { type: 'USER_IMPORTED' }])
      expect(imported.errors).not.toContain('@example.com')
      const promoted = await run(['users', 'promote', 'ada@example.com'], logged)
      expect(promoted.output).not.toContain('audit event')
      expect(auditOf(promoted)).toMatchObject([
        { type: 'ROLE_CHANGED', reason: 'PROMOTED_BY_OPERATOR', details: { from: 'USER', to: 'ADMIN' } },
      ])
      expect(auditOf(await run(['users', 'promote', 'bob@example.com'], env))).toEqual([])
    } finally {
      await remove()
    }
  })

  function auditOf({ errors }: Ended): readonly object[] {
    const lines = errors.split('\n').filter((line) => line.includes('"msg":"audit event"'))
    return lines.map((line) => JSON.parse(line).audit)
  }
})

/** `note`: what a command writes to standard error about its database. */
async function emptyDatabase() {
  if (inject('backend') === 'embedded') {
    const data = join(folder, randomUUID())
    const note = `Database: embedded in ${data}, because DATABASE_URL is not set.\n`
    return { env: { DATA_DIR: data }, note, remove: async () => undefined }
  }
  const { url, drop } = await createServerDatabase({ migrated: false })
  return { env: { DATABASE_URL: url }, note: '', remove: drop }
}

async function migratedDatabase() {
  if (inject('backend') === 'embedded') {
    const data = join(folder, randomUUID())
    await unpackMigratedDatabase(data)
    return { env: { DATA_DIR: data }, remove: async () => undefined }
  }
  const { url, drop } = await createServerDatabase()
  return { env: { DATABASE_URL: url }, remove: drop }
}

interface Ended {
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

/** Runs a command of the command line in this process. */
async function run(words: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  const output: string[] = []
  const errors: string[] = []
  const code = await runCommand(words, {
    env: { DATA_DIR: folder, ENV_FILE: '/dev/null', ...env },
    print: (line) => void output.push(`${line}\n`),
    printError: (line) => void errors.push(`${line}\n`),
  })
  return { code, output: output.join(''), errors: errors.join('') }
}

/** Runs the built command line in a separate process, with only PATH of this environment. */
function cli(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  if (!existsSync(program)) throw new Error(`${program} is missing: run \`npm run build\` first.`)
  const child = spawn(process.execPath, [program, ...words], {
    env: { PATH: process.env.PATH, DATA_DIR: folder, ENV_FILE: '/dev/null', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output, errors }))
  })
}
