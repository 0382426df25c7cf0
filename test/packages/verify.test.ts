import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyImports } from '../../scripts/packages/library-imports.mjs'
import { installPacked, run } from '../clients/support/packed-library.ts'

const consumer = resolve('node_modules/.cache/gatehouse/service')
const installed = `${consumer}/node_modules/gatehouse-verify`
const require = createRequire(import.meta.url)
const imports = Object.keys(verifyImports).map((path) => path.replace(/^\./, 'gatehouse-verify'))
let tarball: string

beforeAll(() => {
  tarball = installPacked(consumer, 'gatehouse-verify')
})
afterAll(() => rmSync(consumer, { recursive: true, force: true }))

describe('the packed verifier', () => {
  it('has one dependency, and nothing of the server in it', () => {
    expect(Object.keys(JSON.parse(readFileSync(`${installed}/package.json`, 'utf8')).dependencies)).toEqual([
      'jose',
    ])
    const files = run('tar', ['tzf', tarball]).trim().split('\n')
    expect(
      files.filter((file) => !/^package\/((esm|cjs)\/|README|LICENSE|package\.json)/.test(file)),
    ).toEqual([])
    expect(files.filter((file) => /domain|prisma|flows/.test(file))).toEqual([])
  })

  it.each(imports)('can be imported as %s, as ES module and as CommonJS', (name) => {
    const shown = (module: string) =>
      `console.log(Object.values(${module}).every((one) => one !== undefined))`
    const asModule = ['--input-type=module', '-e', shown(`await import('${name}')`)]
    expect(run(process.execPath, asModule, consumer)).toBe('true\n')
    const asCommonJs = ['--no-warnings', '-e', shown(`require('${name}')`)]
    expect(run(process.execPath, asCommonJs, consumer)).toBe('true\n')
  })

  it('checks a token from either', () => {
    const script = `createVerifier({ issuer: 'http://127.0.0.1:1', audience: 'a', tenant: 'default' }).verify('a.b.c').then(({ kind, reason }) => console.log(kind, reason))`
    writeFileSync(`${consumer}/check.mjs`, `import { createVerifier } from 'gatehouse-verify'\n${script}`)
    writeFileSync(
      `${consumer}/check.cjs`,
      `const { createVerifier } = require('gatehouse-verify')\n${script}`,
    )
    for (const file of ['check.mjs', 'check.cjs'])
      expect(run(process.execPath, ['--no-warnings', `${consumer}/${file}`])).toBe('refused MALFORMED\n')
  })

  it('has no finding of publint', async () => {
    const { messages } = await publint({ pkgDir: installed, pack: false, strict: true })
    expect(messages).toEqual([])
  })

  it('has types that resolve in Node and in bundlers, as ES module and as CommonJS', () => {
    const cli = require.resolve('@arethetypeswrong/cli/package.json').replace('package.json', 'dist/index.js')
    const args = [cli, tarball, '--profile', 'node16', '--format', 'json']
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    const found: Record<string, readonly { resolutionKind: string }[]> = JSON.parse(stdout).problems
    const problems = Object.values(found).flat()
    // The old resolution of TypeScript does not read `exports`, so the profile leaves it out.
    expect([status, problems.filter(({ resolutionKind }) => resolutionKind !== 'node10')]).toEqual([0, []])
  })

  it('compiles the examples of its README', () => {
    const readme = readFileSync('packages/gatehouse-verify/README.md', 'utf8')
    const files = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ''], index) => {
      writeFileSync(`${consumer}/example-${index}.ts`, code)
      return `example-${index}.ts`
    })
    expect(files).toHaveLength(3)
    const compilerOptions = {
      target: 'ES2023',
      module: 'NodeNext',
      types: ['node'],
      typeRoots: [resolve('node_modules/@types')],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
    }
    writeFileSync(`${consumer}/package.json`, '{ "type": "module" }')
    writeFileSync(`${consumer}/tsconfig.json`, JSON.stringify({ compilerOptions, files }))
    const tsc = require.resolve('typescript/package.json').replace('package.json', 'bin/tsc')
    expect(spawnSync(process.execPath, [tsc, '-p', consumer], { encoding: 'utf8' }).stdout).toBe('')
  })
})
