import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build as bundle } from 'esbuild'
import { buildClientSchema, type IntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCall } from '../../src/clients/call.ts'
import * as documents from '../../src/clients/documents.ts'
import { installPacked, run } from './support/packed-library.ts'

const require = createRequire(import.meta.url)
const peers = ['@apollo/*', 'rxjs', '@urql/*', 'react']

const core = `export { createAuthClient, GatehouseUnavailable } from './client.ts'`

const clientsPage = readFileSync('docs/clients.md', 'utf8')
const tsExamples = [...clientsPage.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code)
const tsxExamples = [...clientsPage.matchAll(/```tsx\n([\s\S]*?)```/g)].map(([, code = '']) => code)
/** What the examples on that page take for granted. */
const exampleContext = `declare global {
  const auth: import('gatehouse-client').AuthClient
  const answer: import('gatehouse-client').Answer<{ login?: unknown }>
  const toUnavailable: typeof import('gatehouse-client').toUnavailable
  const identifier: string
  const password: string
  function showSignIn(reason: import('gatehouse-client').SignedOutReason): void
  function showWait(seconds: number | null): void
  function refetchSessions(event: import('gatehouse-client').SessionEvent): void
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
    // What is imported lazily is in files of its own.
    splitting: true,
    outdir: '/',
    external: peers,
  })
  const inputs = Object.keys(metafile.inputs).filter((path) => path !== '<stdin>')
  const [entry] =
    Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === '<stdin>') ?? []
  const sizes = outputFiles.map(({ path, contents, text }) => ({
    isEntry: entry !== undefined && path.endsWith(`/${basename(entry)}`),
    bytes: gzipSync(contents, { level: 9 }).length,
    text,
  }))
  const sum = (isEntry: boolean) =>
    sizes.filter((file) => file.isEntry === isEntry).reduce((total, { bytes }) => total + bytes, 0)
  return { bytes: sum(true), lazyBytes: sum(false), inputs, text: sizes.map(({ text }) => text).join('\n') }
}

const { bytes: coreBytes } = await measure(core)

describe('what a page loads', () => {
  it.each([
    ['the core', core, 4300],
    [
      'the link for Apollo Client, with the core',
      `${core}\nexport { createAuthLink } from './apollo.ts'`,
      coreBytes + 800,
    ],
    ['the exchange for urql, with the core', `${core}\nexport * from './urql.ts'`, coreBytes + 1300],
    ['the React pieces, with the core', `${core}\nexport * from './react.ts'`, coreBytes + 1700, 800],
    [
      'the React pieces without the steps of a sign-in, with the core',
      `${core}\nexport { AuthProvider, SignedIn, SignedOut, useAuth, useSessions, useUser } from './react.ts'`,
      coreBytes + 1500,
      800,
    ],
    ['the passkeys, with the core', `${core}\nexport * from './passkeys.ts'`, coreBytes + 1200, 2900],
    [
      'the core that listens to events',
      `${core}\nexport { watchSession } from './client.ts'`,
      coreBytes + 1000,
    ],
    ['everything but the libraries', `export * from './client.ts'`, coreBytes + 1100],
    ['one of the documents', `export { MeDocument } from './documents.ts'`, 700],
  ])(
    'of %s is less than it was promised to be, and has nothing of the server and no storage in it',
    async (_name, code, most, mostLazy = 0) => {
      const { bytes, lazyBytes, inputs, text } = await measure(code)
      expect(text).not.toMatch(/localStorage|sessionStorage|indexedDB|document\.cookie/i)
      expect(bytes).toBeLessThan(most)
      expect(lazyBytes).toBeLessThanOrEqual(mostLazy)
      const foreign = inputs.filter((path) => !path.startsWith('src/clients/'))
      expect(foreign.filter((path) => !path.includes('/@simplewebauthn/browser/'))).toEqual([])
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
  beforeAll(() => void installPacked(consumer))
  afterAll(() => rmSync(consumer, { recursive: true, force: true }))

  it('has nothing of the server in it', () => {
    const installed = `${consumer}/node_modules/gatehouse-client`
    const { dependencies } = JSON.parse(readFileSync(`${installed}/package.json`, 'utf8'))
    expect(Object.keys(dependencies)).toEqual(['@graphql-typed-document-node/core'])
    expect(readdirSync(installed).toSorted()).toEqual(['LICENSE', 'README.md', 'cjs', 'esm', 'package.json'])
    const files = ['esm', 'cjs'].flatMap((folder) => readdirSync(`${installed}/${folder}`))
    expect(files.filter((name) => !/^(generated|package\.json|[\w-]+\.(js|d\.ts))$/.test(name))).toEqual([])
  })

  it.each(['', '/apollo', '/urql', '/react', '/passkeys', '/documents'])(
    'can be imported as gatehouse-client%s',
    (path) => {
      const script = `console.log(Object.keys(await import('gatehouse-client${path}')).length > 0)`
      expect(run(process.execPath, ['--input-type=module', '-e', script], consumer)).toBe('true\n')
    },
  )

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
import { createAuthLink, possibleTypes } from 'gatehouse-client/apollo'
import { createAuthClient } from 'gatehouse-client'
import { addPasskey, signInWithPasskey } from 'gatehouse-client/passkeys'
import { MeDocument } from 'gatehouse-client/documents'
import { createAuthExchange } from 'gatehouse-client/urql'

const auth = createAuthClient({ url: '/graphql', transport: 'HYBRID', locks: navigator.locks, onSignedOut: (reason) => alert(reason) })
const link = ApolloLink.from([createAuthLink(auth), new HttpLink({ uri: '/graphql' })])
const apollo = new ApolloClient({ cache: new InMemoryCache({ possibleTypes }), link })
export const signedIn: Promise<string | undefined> = signInWithPasskey(auth, { conditional: true }).then((result) => result?.__typename)
export const added: Promise<string | undefined> = addPasskey(auth, { name: 'Laptop' }).then((result) => result?.passkey?.id)
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

  it.each(['Node16', 'NodeNext'])('has types for CommonJS, with module %s', (module) => {
    const code = `import { createAuthClient } from 'gatehouse-client'
import { MeDocument } from 'gatehouse-client/documents'
export const imported = [createAuthClient, MeDocument]
`
    writeFileSync(`${consumer}/static.cts`, code)
    expect(typeErrors(['static.cts'], { module, moduleResolution: module })).toBe('')
  })

  it('compiles the examples of docs/clients.md', () => {
    writeFileSync(`${consumer}/context.d.ts`, exampleContext)
    const files = tsExamples.map((example, index) => {
      const isFragment = example.startsWith('deviceTokens:')
      const code = isFragment
        ? `import { createAuthClient } from 'gatehouse-client'\ncreateAuthClient({ url: '', transport: 'BODY', ${example} })`
        : example
      writeFileSync(`${consumer}/example-${index}.ts`, code)
      return `example-${index}.ts`
    })
    const pages = tsxExamples.map((code, index) => {
      writeFileSync(`${consumer}/example-${index}.tsx`, code)
      return `example-${index}.tsx`
    })
    expect([files.length, pages.length]).toEqual([7, 3])
    const options = { module: 'ESNext', moduleResolution: 'bundler', jsx: 'react-jsx' }
    expect(typeErrors([...files, ...pages, 'context.d.ts'], options)).toBe('')
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
