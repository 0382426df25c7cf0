import { rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { build } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import { run } from './support/packed-library.ts'

const folder = resolve('node_modules/.cache/gatehouse/rendered')
const versions = Object.entries({ 18: { react: 'react-18', 'react-dom': 'react-dom-18' }, 19: {} })

/** A server that renders pages: no window, and a `fetch` that must not be called. */
const server = `
import { createElement, version } from 'react'
import { renderToString } from 'react-dom/server'
import { createAuthClient } from './client.ts'
import { AuthProvider, SignedIn, SignedOut, useAuth, useSessions, useUser } from './react.ts'

globalThis.fetch = () => { throw new Error('A server that renders must send nothing.') }
const auth = createAuthClient({ url: 'https://auth.example.com/graphql', transport: 'COOKIE' })
function App() {
  const { sessions } = useSessions()
  return [useAuth().status, useUser()?.email ?? 'unknown', sessions?.length ?? 'no list'].join(', ')
}
const children = [createElement(App, { key: 1 }), createElement(SignedIn, { key: 2 }, 'in'), createElement(SignedOut, { key: 3 }, 'out')]
console.log(version.split('.')[0], renderToString(createElement(AuthProvider, { client: auth }, ...children)))
`

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(versions)('a server with React %s', (version, alias) => {
  it('renders the loading state, sends nothing, and can exit', async () => {
    const outfile = `${folder}/server-${version}.cjs`
    await build({
      stdin: { contents: server, resolveDir: 'src/clients', loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile,
      alias,
      define: { 'process.env.NODE_ENV': '"production"' },
      logLevel: 'error',
    })
    expect(run(process.execPath, [outfile])).toBe(`${version} loading, unknown, no list\n`)
  })

  it('names the missing provider', async () => {
    const outfile = `${folder}/stray-${version}.cjs`
    const contents = server.replace(
      'createElement(AuthProvider, { client: auth }, ...children)',
      'children[0]',
    )
    const stdin = { contents, resolveDir: 'src/clients', loader: 'ts' } as const
    await build({ stdin, bundle: true, platform: 'node', format: 'cjs', outfile, alias, logLevel: 'error' })
    writeFileSync(
      `${folder}/catch.cjs`,
      `try { require('${outfile}') } catch (error) { console.log(error.message) }`,
    )
    expect(run(process.execPath, [`${folder}/catch.cjs`])).toContain('There is no <AuthProvider> above')
  })
})
