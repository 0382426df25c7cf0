import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeBlocks, readPage } from '../docs/support/pages.ts'
import { createServerDatabase } from '../support/test-database.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)
const limitMs = 240_000
/** The step that serves: npm would not pass signals on. */
const serve = 'node scripts/start.mjs'

/** The steps of docs/operation.md, without their comments. */
const steps = (codeBlocks(readPage('docs/operation.md'), 'sh')[1] ?? '')
  .split('\n')
  .map((line) => line.replace(/\s+#.*$/, '').trim())
  .filter((line) => line !== '')

let folder: string
let database: Awaited<ReturnType<typeof createServerDatabase>>
let env: NodeJS.ProcessEnv
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-production-'))
  database = await createServerDatabase({ migrated: false })
  env = {
    PATH: process.env.PATH,
    HOME: folder,
    NODE_ENV: 'production',
    PUBLIC_URL: 'https://auth.example.com',
    DATABASE_URL: database.url,
    MASTER_KEY: randomBytes(32).toString('base64'),
    REFRESH_PEPPERS: `2026a:${randomBytes(32).toString('hex')}`,
    MAIL: 'off',
    HOST: '127.0.0.1',
    PORT: '0',
    TRUSTED_PROXIES: '10.0.0.0/8',
  }
  await copyTree()
}, limitMs)
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
}, limitMs)

/** A fresh copy of the tracked and new files. The packages are links to the installed ones. */
async function copyTree(): Promise<void> {
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    maxBuffer: 16_000_000,
  })
  const files = stdout.split('\0').filter((file) => file !== '')
  await Promise.all(files.map((file) => cp(join(root, file), join(folder, file)).catch(() => undefined)))
  const packages = [join(root, 'node_modules/'), join(folder, 'node_modules')]
  await run('cp', ['-al', ...packages]).catch(() => run('cp', ['-R', ...packages]))
  // Files that a step rewrites must not be links.
  for (const name of ['.cache', '.package-lock.json'])
    await rm(join(folder, 'node_modules', name), { recursive: true, force: true })
}

/** Runs a step as it is written. A service that is ready is stopped, with the shell and npm around it. */
async function step(line: string): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn('sh', ['-c', line], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  let stopped = false
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (stopped || child.pid === undefined || !output.includes('Gatehouse is ready')) return
      stopped = true
      process.kill(-child.pid, 'SIGTERM')
    })
  const [code] = await once(child, 'close')
  return { code: Number(code ?? 0), output }
}

describe('the production steps of docs/operation.md', () => {
  it(
    'build, prune, migrate and start with NODE_ENV=production',
    async () => {
      const [install, ...rest] = steps
      // The packages are already in the copy, because a test has no network.
      expect(install).toBe('npm ci --include=dev')
      for (const line of rest) {
        const { code, output } = await step(line)
        expect([line, code, code === 0 ? '' : output]).toEqual([line, 0, ''])
        if (line === serve) expect(output).toContain('Gatehouse is ready')
      }
      expect(rest).toContain(serve)
      expect(await readdir(join(folder, 'node_modules'))).not.toContain('vitest')
    },
    limitMs,
  )

  it(
    'need no sources afterwards, and are named where there is no build',
    async () => {
      await rm(join(folder, 'src'), { recursive: true })
      expect(await step('npm run cli -- help')).toMatchObject({ code: 0 })
      await rm(join(folder, 'dist'), { recursive: true })
      for (const line of ['npm start', 'npm run db:migrate', 'npm run build']) {
        const { code, output } = await step(line)
        expect(code).toBe(1)
        expect(output).toContain('npm ci --include=dev && npm run build && npm prune --omit=dev')
        expect(output).not.toMatch(/error TS|\n {4}at /)
      }
    },
    limitMs,
  )
})
