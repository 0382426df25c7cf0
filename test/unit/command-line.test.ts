import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { envFileText } from '../../src/config/env-file-text.ts'
import { commandLine } from '../../src/config/welcome-text.ts'

describe('the command that texts name', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-command-line-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('is run by npx in a folder that has the package as a dependency', () => {
    const script = join(folder, 'node_modules/gatehouse-auth/bin/gatehouse.js')
    expect(commandLine({}, script, folder)).toBe('npx gatehouse')
    expect(commandLine({}, script, join(folder, 'other'))).toBe('gatehouse')
  })

  it('names the tarball that npx has installed, as long as it is there', () => {
    const temporary = join(folder, '_npx/0123')
    const script = join(temporary, 'node_modules/.bin/gatehouse')
    mkdirSync(temporary, { recursive: true })
    const packages = ['./gatehouse-auth-0.1.0.tgz']
    writeFileSync(join(temporary, 'package.json'), JSON.stringify({ _npx: { packages } }))
    expect(commandLine({}, script, folder)).toBe(`node ${script}`)
    writeFileSync(join(folder, 'gatehouse-auth-0.1.0.tgz'), '')
    expect(commandLine({}, script, folder)).toBe('npx ./gatehouse-auth-0.1.0.tgz')
  })
})

it('writes no quotes into .env: docker run --env-file keeps them', () => {
  expect(envFileText({ masterKey: 'key', refreshPeppers: 'a:b' })).not.toMatch(/=['"]/)
})
