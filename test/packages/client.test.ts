import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { build as bundleWithEsbuild } from 'esbuild'
import { publint } from 'publint'
import { build as bundleWithVite } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import webpack from 'webpack'
import { installPacked, run } from '../clients/support/packed-library.ts'

const consumer = resolve('node_modules/.cache/gatehouse/bundled')
const entry = `${consumer}/page.js`
const require = createRequire(import.meta.url)
let tarball: string

/** A page that prints what it has imported; bundlers must find each import and its peer dependencies. */
const page = `import { createAuthClient } from 'gatehouse-client'
import { createAuthLink, possibleTypes } from 'gatehouse-client/apollo'
import { MeDocument } from 'gatehouse-client/documents'
import { useAuth } from 'gatehouse-client/react'
import { createAuthExchange } from 'gatehouse-client/urql'
const imported = [createAuthClient, createAuthLink, createAuthExchange, useAuth].map((value) => typeof value)
console.log([...imported, possibleTypes.LoginResult.includes('LoginSuccess'), MeDocument.kind].join(' '))
`
const printed = 'function function function function true Document\n'

beforeAll(() => {
  tarball = installPacked(consumer)
  writeFileSync(entry, page)
})
afterAll(() => rmSync(consumer, { recursive: true, force: true }))

describe('the packed client', () => {
  it('runs in Node as an ES module', () => {
    writeFileSync(`${consumer}/page.mjs`, page)
    expect(run(process.execPath, [`${consumer}/page.mjs`])).toBe(printed)
  })

  it('runs in Node as CommonJS, without the loading of ES modules', () => {
    const script = page.replaceAll(/import (\{.*\}) from ('.*')/g, 'const $1 = require($2)')
    writeFileSync(`${consumer}/page.cjs`, script)
    const args = process.allowedNodeEnvironmentFlags.has('--no-experimental-require-module')
      ? ['--no-experimental-require-module']
      : []
    expect(run(process.execPath, [...args, `${consumer}/page.cjs`])).toBe(printed)
  })

  it('is bundled by esbuild', async () => {
    const outfile = `${consumer}/out/esbuild.mjs`
    await bundleWithEsbuild({ entryPoints: [entry], bundle: true, format: 'esm', outfile, logLevel: 'error' })
    expect(run(process.execPath, [outfile])).toBe(printed)
  })

  it('is bundled by Vite', async () => {
    await bundleWithVite({
      root: consumer,
      configFile: false,
      logLevel: 'error',
      build: { lib: { entry, formats: ['es'], fileName: 'vite' }, outDir: 'out-vite' },
    })
    const file = readFileSync(`${consumer}/out-vite/vite.js`)
    writeFileSync(`${consumer}/out-vite/vite.mjs`, file)
    expect(run(process.execPath, [`${consumer}/out-vite/vite.mjs`])).toBe(printed)
  })

  it('is bundled by webpack', async () => {
    const output = { path: `${consumer}/out-webpack`, filename: 'webpack.cjs' }
    const problems = await new Promise<unknown>((done, fail) => {
      webpack(
        { mode: 'production', target: 'node', entry, output, optimization: { minimize: false } },
        (error, stats) =>
          error === null ? done(stats?.toJson({ all: false, errors: true, warnings: true })) : fail(error),
      )
    })
    expect(problems).toMatchObject({ errors: [], warnings: [] })
    expect(run(process.execPath, [`${output.path}/${output.filename}`])).toBe(printed)
  })
})

describe('the manifest of the packed client', () => {
  it('has no finding of publint', async () => {
    const pkgDir = `${consumer}/node_modules/gatehouse-client`
    const { messages } = await publint({ pkgDir, pack: false, strict: true })
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
})
