import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseEnv } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { envExample } from '../../src/config/env-example.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { variables } from '../../src/config/variables.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'

describe('.env.example', () => {
  it('is current (npm run derive rewrites it)', () => {
    expect(readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')).toBe(envExample())
  })

  it('lists every variable as a comment, so that a copy changes nothing', () => {
    expect(parseEnv(envExample())).toEqual({})
    const names = [...envExample().matchAll(/^# ([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name)
    expect(names.toSorted()).toEqual(Object.keys(variables).toSorted())
  })

  it('contains the defaults: with all of them set the configuration is the same', () => {
    const generateSecrets = () => ({ masterKey: new Secret('x'), refreshPeppers: [] })
    const active = envExample().replaceAll(/^# ([A-Z][A-Z0-9_]*=.+)$/gm, '$1')
    expect(Object.keys(parseEnv(active)).length).toBeGreaterThan(20)
    expect(JSON.stringify(readConfig(parseEnv(active), { generateSecrets }))).toBe(
      JSON.stringify(readConfig({}, { generateSecrets })),
    )
  })
})

describe('a file of variables', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-env-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, '.env'), 'FROM_FILE=dotenv\nSET=file\n')
  writeFileSync(join(folder, 'other'), 'FROM_FILE=other\n')
  const loader = pathToFileURL(fileURLToPath(new URL('../../src/config/load-env-file.ts', import.meta.url)))
  const program = `import { loadEnvFile } from '${loader.href}'
    try { loadEnvFile(process.env) } catch (error) { console.log(error.message); process.exit(0) }
    console.log(JSON.stringify([process.env.FROM_FILE ?? null, process.env.SET ?? null]))`
  const tsx = import.meta.resolve('tsx')

  function load(env: Readonly<Record<string, string>>): string {
    const args = ['--import', tsx, '--input-type=module', '-e', program]
    return execFileSync(process.execPath, args, {
      cwd: folder,
      env: { PATH: process.env.PATH, ...env },
      encoding: 'utf8',
    }).trim()
  }

  it.each([
    ['.env outside production', {}, '["dotenv","file"]'],
    ['never over the environment', { SET: 'environment' }, '["dotenv","environment"]'],
    ['not in production', { NODE_ENV: 'production' }, '[null,null]'],
    ['in production with ENV_FILE', { NODE_ENV: 'production', ENV_FILE: 'other' }, '["other",null]'],
    ['ENV_FILE instead of .env', { ENV_FILE: 'other' }, '["other",null]'],
    ['an empty ENV_FILE as an unset one', { ENV_FILE: '' }, '["dotenv","file"]'],
  ])('is read: %s', (_name, env, read) => {
    expect(load(env)).toBe(read)
  })

  it('is named if it cannot be read', () => {
    expect(load({ ENV_FILE: 'missing' })).toMatch(/ENV_FILE.*missing cannot be read/s)
  })
})
