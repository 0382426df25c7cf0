import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadOrGenerateSecrets } from '../../src/config/generated-secrets.ts'
import { readConfig } from '../../src/config/read-config.ts'

const run = promisify(execFile)

/** Called once, just before a file is completely written. */
const midway = vi.hoisted((): { once: (() => void) | null } => ({ once: null }))
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>()
  const fsyncSync = (file: number) => {
    const act = midway.once
    midway.once = null
    act?.()
    fs.fsyncSync(file)
  }
  return { ...fs, fsyncSync }
})

let root = ''
let dataDir = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gatehouse-secrets-'))
  dataDir = join(root, 'deep', 'data')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function revealed() {
  const { masterKey, refreshPeppers } = loadOrGenerateSecrets(dataDir)
  return {
    masterKey: masterKey.reveal(),
    peppers: refreshPeppers.map(({ id, secret }) => [id, secret.reveal()]),
  }
}

describe('loadOrGenerateSecrets', () => {
  it('generates secrets once and reads them afterwards', () => {
    const first = revealed()
    expect(Buffer.from(first.masterKey, 'base64')).toHaveLength(32)
    expect(first.peppers).toEqual([['generated', expect.stringMatching(/^[\w-]{43}$/)]])
    expect(revealed()).toEqual(first)
    expect(readdirSync(dataDir)).toEqual(['secrets.json'])
  })

  it('generates other secrets in another folder', () => {
    const first = revealed()
    dataDir = join(root, 'other')
    expect(revealed().masterKey).not.toBe(first.masterKey)
  })

  it('makes file and folder accessible to the owner only', () => {
    revealed()
    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600)
  })

  it('removes the permissions of other users from the file', () => {
    revealed()
    chmodSync(join(dataDir, 'secrets.json'), 0o644)
    revealed()
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600)
  })

  it('uses the file of a process that finished first', () => {
    const others: unknown[] = []
    midway.once = () => others.push(revealed())
    expect([revealed()]).toEqual(others)
    expect(readdirSync(dataDir)).toEqual(['secrets.json'])
  })

  it('gives processes that start at the same time one set', async () => {
    const module = new URL('../../src/config/generated-secrets.ts', import.meta.url).href
    const code = `const { loadOrGenerateSecrets } = await import(${JSON.stringify(module)})
      while (Date.now() < Number(process.argv[1])) {}
      console.log(loadOrGenerateSecrets(process.argv[2]).masterKey.reveal())`
    const start = String(Date.now() + 1500)
    const args = ['--import', 'tsx', '--input-type=module', '-e', code, start, dataDir]
    const results = await Promise.all(Array.from({ length: 4 }, () => run(process.execPath, args)))
    const keys = new Set(results.map(({ stdout }) => stdout.trim()))
    expect([...keys]).toEqual([revealed().masterKey])
    expect(readdirSync(dataDir)).toEqual(['secrets.json'])
  })

  it.each(['', 'not JSON', '{}', '{"masterKey":"s3cret!","refreshPeppers":"a:b"}', 'null'])(
    'rejects a file that contains %j, keeps it, and does not reveal its content',
    (text) => {
      revealed()
      writeFileSync(join(dataDir, 'secrets.json'), text)
      expect(revealed).toThrow(/^secrets\.json does not contain valid secrets$/)
      expect(readFileSync(join(dataDir, 'secrets.json'), 'utf8')).toBe(text)
    },
  )
})

describe('readConfig outside production', () => {
  it('stores its secrets in DATA_DIR', () => {
    const first = readConfig({ DATA_DIR: dataDir }).secrets
    const again = readConfig({ DATA_DIR: dataDir, DATABASE_URL: 'postgres://localhost/x' }).secrets
    expect(again.masterKey.reveal()).toBe(first.masterKey.reveal())
    expect(again.passwordPepper).toBeNull()
  })

  it('writes no file if the environment provides both secrets', () => {
    const MASTER_KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('base64')
    const REFRESH_PEPPERS = 'a:0123456789abcdefghijklmnopqrstuvwxyz'
    readConfig({ DATA_DIR: dataDir, MASTER_KEY, REFRESH_PEPPERS })
    expect(readdirSync(root)).toEqual([])
  })

  it('reads secret files', () => {
    const file = join(root, 'key')
    writeFileSync(
      file,
      `${Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('base64')}\n`,
    )
    expect(readConfig({ DATA_DIR: dataDir, MASTER_KEY_FILE: file }).secrets.masterKey.reveal()).toMatch(
      /^AAEC/,
    )
    expect(() => readConfig({ DATA_DIR: dataDir, MASTER_KEY_FILE: `${file}-not` })).toThrow('MASTER_KEY_FILE')
  })

  it('reports a DATA_DIR that is a file', () => {
    writeFileSync(join(root, 'file'), '')
    expect(() => readConfig({ DATA_DIR: join(root, 'file') })).toThrow(/DATA_DIR must be a folder/)
  })
})
