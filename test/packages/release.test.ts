import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let clone: string
beforeAll(() => {
  clone = join(mkdtempSync(join(tmpdir(), 'gatehouse-release-')), 'clone')
  expect(
    run('git', ['clone', '--quiet', '--no-hardlinks', '--no-tags', resolve('.'), clone], '.'),
  ).toMatchObject({
    status: 0,
  })
  const modules = join(clone, 'node_modules')
  mkdirSync(modules)
  // Other tests write to the cache meanwhile.
  const names = readdirSync('node_modules').filter((name) => name !== '.cache')
  const paths = [...names.map((name) => resolve('node_modules', name)), modules]
  if (spawnSync('cp', ['-al', ...paths]).status !== 0) spawnSync('cp', ['-R', ...paths])
})
afterAll(() => rmSync(join(clone, '..'), { recursive: true, force: true }))

function run(command: string, args: readonly string[], cwd = clone) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  return { status, stdout, stderr }
}

function read(file: string): string {
  return readFileSync(join(clone, file), 'utf8')
}

describe('npm run release', () => {
  it.each([
    ['', 'Usage: npm run release'],
    ['next', 'Usage: npm run release'],
    ['0.0.9', 'must be higher'],
  ])('refuses the version %j', (version, reason) => {
    expect(run('npm', ['run', '--silent', 'release', '--', version])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(reason),
    })
  })

  it('refuses a working tree with changes', () => {
    writeFileSync(join(clone, 'left-over.txt'), '')
    const refused = run('npm', ['run', '--silent', 'release', '--', '0.9.0'])
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('has changes') })
    rmSync(join(clone, 'left-over.txt'))
  })

  it('sets the version and writes tarballs, SBOM and checksums, and publishes nothing', () => {
    const { status, stdout, stderr } = run('npm', ['run', '--silent', 'release', '--', '0.9.0'])
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toContain('Nothing is published.')
    expect(JSON.parse(read('package.json')).version).toBe('0.9.0')
    expect(JSON.parse(read('package-lock.json')).version).toBe('0.9.0')
    expect(read('package-lock.json')).not.toContain('"resolved"')
    expect(read('CHANGELOG.md')).toMatch(/## Unreleased\n\n## 0\.9\.0 - \d{4}-\d{2}-\d{2}\n\n### /)
    for (const file of ['docs/packages.md', 'examples/federation/package.json'])
      expect(read(file)).toContain('gatehouse-auth-0.9.0.tgz')
    expect(readdirSync(join(clone, 'dist/release')).toSorted()).toEqual([
      'SHA256SUMS',
      'gatehouse-auth-0.9.0.cdx.json',
      'gatehouse-auth-0.9.0.tgz',
      'gatehouse-client-0.9.0.tgz',
      'gatehouse-verify-0.9.0.tgz',
    ])
    expect(run('sha256sum', ['--check', 'SHA256SUMS'], join(clone, 'dist/release'))).toMatchObject({
      status: 0,
    })
    const { components } = JSON.parse(read('dist/release/gatehouse-auth-0.9.0.cdx.json'))
    const names = components.map(({ name }: { name: string }) => name)
    expect(names).toEqual(expect.arrayContaining(['gatehouse-auth', 'argon2', 'graphql-yoga', 'jose']))
    expect(run('git', ['log', '--oneline', '-1']).stdout).not.toContain('Release')
    expect(run('git', ['tag']).stdout).toBe('')
  })
})
