import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import { build as bundle } from 'esbuild'
import { buildClientSchema, type IntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build } from '../../scripts/build.mjs'
import { readCall } from '../../src/clients/call.ts'
import * as documents from '../../src/clients/documents.ts'

const require = createRequire(import.meta.url)
const peers = ['@apollo/*', 'rxjs', '@urql/*']

const core = `export { createAuthClient, GatehouseUnavailable } from './client.ts'`

const clientsPage = readFileSync('docs/clients.md', 'utf8')
const tsExamples = [...clientsPage.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code)
/** What the examples on that page take for granted. */
const exampleContext = `declare global {
  const auth: import('gatehouse/client').AuthClient
  const answer: import('gatehouse/client').Answer<{ login?: unknown }>
  const toUnavailable: typeof import('gatehouse/client').toUnavailable
  const identifier: string
  const password: string
  function showSignIn(reason: import('gatehouse/client').SignedOutReason): void
  function showWait(seconds: number | null): void
  function refetchSessions(event: import('gatehouse/client').SessionEvent): void
}
export {}
`

/** What a browser gets of some code: its size, and the files that it is made of. */
async function measure(contents: string) {
  const { outputFiles, metafile } = await bundle({
    stdin: { contents, resolveDir: 'src/clients', loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    metafile: true,
    external: peers,
  })
  const [file] = outputFiles
  const inputs = Object.keys(metafile.inputs).filter((path) => path !== '<stdin>')
  return { bytes: gzipSync(file?.contents ?? '', { level: 9 }).length, inputs, text: file?.text ?? '' }
}

describe('what a page loads', () => {
  it.each([
    ['the core', core, 4000],
    [
      'the link for Apollo Client, with the core',
      `${core}\nexport { createAuthLink } from './apollo.ts'`,
      4800,
    ],
    ['the exchange for urql, with the core', `${core}\nexport * from './urql.ts'`, 5300],
    ['the core that listens to events', `${core}\nexport { watchSession } from './client.ts'`, 5000],
    ['everything but the libraries', `export * from './client.ts'`, 5100],
    ['one of the documents', `export { MeDocument } from './documents.ts'`, 700],
  ])(
    'of %s is less than it was promised to be, and has nothing of the server and no storage in it',
    async (_name, code, most) => {
      const { bytes, inputs, text } = await measure(code)
      expect(text).not.toMatch(/localStorage|sessionStorage|indexedDB|document\.cookie/i)
      expect(bytes).toBeLessThan(most)
      expect(inputs.filter((path) => !path.startsWith('src/clients/'))).toEqual([])
    },
  )
})

describe('the documents', () => {
  const introspection: IntrospectionQuery = JSON.parse(
    readFileSync('test/generated/introspection.json', 'utf8'),
  )
  const schema = buildClientSchema(introspection)
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
  const fields = roots
    .flatMap((type) => Object.keys(type?.getFields() ?? {}))
    .filter((name) => !/^_/.test(name))
  const folder = 'src/clients/operations'
  const text = readdirSync(folder)
    .map((name) => readFileSync(`${folder}/${name}`, 'utf8'))
    .join('\n')

  it.each(fields)('there is one for %s', (field) => {
    const name = `${field.charAt(0).toUpperCase()}${field.slice(1)}Document`
    expect(documents).toHaveProperty(name)
  })

  it('request the root fields that their names say', () => {
    const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {})
    expect(readCall(text, null).mutations.toSorted()).toEqual(mutations.toSorted())
  })
})

describe('the package', () => {
  const consumer = 'node_modules/.cache/gatehouse/consumer'
  // As users install it: packed, and with nothing of the repository except its peer dependencies.
  beforeAll(() => {
    build()
    rmSync(consumer, { recursive: true, force: true })
    mkdirSync(`${consumer}/node_modules/gatehouse`, { recursive: true })
    const packed = run('npm', ['pack', './dist/clients', '--silent', '--pack-destination', consumer])
    const file = `${consumer}/${packed.trim()}`
    run('tar', ['xzf', file, '--strip-components=1', '-C', `${consumer}/node_modules/gatehouse`])
  })
  afterAll(() => rmSync(consumer, { recursive: true, force: true }))

  function run(command: string, args: readonly string[], cwd = '.'): string {
    const { stdout, stderr, status } = spawnSync(command, args, { cwd, encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
    return stdout
  }

  it('has nothing of the server in it', () => {
    const { dependencies } = JSON.parse(
      readFileSync(`${consumer}/node_modules/gatehouse/package.json`, 'utf8'),
    )
    expect(Object.keys(dependencies)).toEqual(['@graphql-typed-document-node/core'])
    const files = readdirSync(`${consumer}/node_modules/gatehouse`)
    expect(
      files.filter((name) => !/^(generated|LICENSE|package\.json|[\w-]+\.(js|d\.ts))$/.test(name)),
    ).toEqual([])
  })

  it.each(['client', 'apollo', 'urql', 'documents'])('can be imported as gatehouse/%s', (name) => {
    const script = `console.log(Object.keys(await import('gatehouse/${name}')).length > 0)`
    expect(run(process.execPath, ['--input-type=module', '-e', script], consumer)).toBe('true\n')
  })

  it.each([
    ['bundler', 'ESNext'],
    ['nodenext', 'NodeNext'],
    ['node16', 'Node16'],
  ])(
    'has types for a page without the types of Node, with moduleResolution %s',
    (moduleResolution, module) => {
      writeFileSync(
        `${consumer}/page.ts`,
        `import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client'
import { cacheExchange, createClient, fetchExchange } from '@urql/core'
import { createAuthLink, possibleTypes } from 'gatehouse/apollo'
import { createAuthClient } from 'gatehouse/client'
import { MeDocument } from 'gatehouse/documents'
import { createAuthExchange } from 'gatehouse/urql'

const auth = createAuthClient({ url: '/graphql', transport: 'HYBRID', locks: navigator.locks, onSignedOut: (reason) => alert(reason) })
const link = ApolloLink.from([createAuthLink(auth), new HttpLink({ uri: '/graphql' })])
const apollo = new ApolloClient({ cache: new InMemoryCache({ possibleTypes }), link })
export const email: Promise<string | null | undefined> = apollo.query({ query: MeDocument }).then(({ data }) => data?.me?.email)
const urql = createClient({ url: '/graphql', preferGetMethod: false, exchanges: [cacheExchange, createAuthExchange(auth), fetchExchange] })
export const name: Promise<string | undefined> = urql.query(MeDocument, {}).toPromise().then(({ data }) => data?.me?.displayName)
// @ts-expect-error There is no such field, and the types know it.
export const nothing = apollo.query({ query: MeDocument }).then(({ data }) => data?.me?.nothing)
`,
      )
      expect(typeErrors(['page.ts'], { module, moduleResolution })).toBe('')
    },
  )

  describe('in CommonJS', () => {
    const options = { module: 'Node16', moduleResolution: 'node16' }
    const imported = `import { createAuthClient } from 'gatehouse/client'\nexport const auth = createAuthClient\n`
    const loaded = `export const load = async () => (await import('gatehouse/client')).createAuthClient\n`

    it('is refused by node16 as a static import, and accepted as a dynamic one, as the page says', () => {
      writeFileSync(`${consumer}/static.cts`, imported)
      writeFileSync(`${consumer}/dynamic.cts`, loaded)
      expect(typeErrors(['static.cts'], options)).toContain('TS1479')
      expect(typeErrors(['dynamic.cts'], options)).toBe('')
      const nodenext = { module: 'NodeNext', moduleResolution: 'nodenext' }
      expect(typeErrors(['static.cts'], nodenext)).toBe('')
      expect(clientsPage).toContain('(TS1479)')
    })

    it.each(['client', 'documents'])('can be required as gatehouse/%s', (name) => {
      const script = `console.log(Object.keys(require('gatehouse/${name}')).length > 0)`
      const args = ['--input-type=commonjs', '--no-warnings', '-e', script]
      expect(run(process.execPath, args, consumer)).toBe('true\n')
    })
  })

  it('compiles the examples of docs/clients.md', () => {
    writeFileSync(`${consumer}/context.d.ts`, exampleContext)
    const files = tsExamples.map((example, index) => {
      const isFragment = example.startsWith('deviceTokens:')
      const code = isFragment
        ? `import { createAuthClient } from 'gatehouse/client'\ncreateAuthClient({ url: '', transport: 'BODY', ${example} })`
        : example
      writeFileSync(`${consumer}/example-${index}.ts`, code)
      return `example-${index}.ts`
    })
    expect(files).toHaveLength(6)
    expect(typeErrors([...files, 'context.d.ts'], { module: 'ESNext', moduleResolution: 'bundler' })).toBe('')
  })

  it('is packed under the file name in docs/clients.md', () => {
    expect(clientsPage).toContain(readdirSync(consumer).find((name) => name.endsWith('.tgz')))
  })

  /** Compiles files of the consumer as a page would; returns the errors of the compiler. */
  function typeErrors(files: readonly string[], options: object): string {
    const compilerOptions = {
      target: 'ES2022',
      lib: ['ES2022', 'DOM', 'DOM.Iterable'],
      types: [],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      moduleDetection: 'force',
      ...options,
    }
    writeFileSync(`${consumer}/tsconfig.json`, JSON.stringify({ compilerOptions, files }))
    const tsc = require.resolve('typescript/package.json').replace('package.json', 'bin/tsc')
    return spawnSync(process.execPath, [tsc, '-p', consumer], { encoding: 'utf8' }).stdout
  }
})
