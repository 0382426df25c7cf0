// Plugins of esbuild for the server package.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './manifest.mjs'

const loaderLine = 'const require = createRequire(import.meta.url)\n'

/** One copy of graphql. Otherwise `import` and `require` would bundle one each, and `instanceof GraphQLError` would fail. */
const oneGraphql = {
  name: 'one copy of graphql',
  setup(/** @type {import('esbuild').PluginBuild} */ build) {
    build.onResolve({ filter: /^graphql(\/.*)?$/ }, ({ path }) => {
      const file = path === 'graphql' ? 'index' : path.slice('graphql/'.length).replace(/\.m?js$/, '')
      return { path: join(root, 'node_modules/graphql', `${file}.mjs`) }
    })
  },
}

/** shield.ts loads two packages with a `require` of its own (src/graphql/shield.ts says why). esbuild bundles them if it is the usual one. */
const bundledShield = {
  name: 'bundled graphql-shield',
  setup(/** @type {import('esbuild').PluginBuild} */ build) {
    build.onLoad({ filter: /[\\/]src[\\/]graphql[\\/]shield\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      if (!text.includes(loaderLine))
        throw new Error('src/graphql/shield.ts has no line that creates require.')
      return { contents: text.replace(loaderLine, ''), loader: 'ts' }
    })
  },
}

/** The packages of gRPC read their .proto files two folders above; in the package these are one folder above `lib`. */
const grpcDefinitions = {
  name: 'definitions of gRPC',
  setup(/** @type {import('esbuild').PluginBuild} */ build) {
    build.onLoad({ filter: /[\\/]@grpc[\\/](grpc-js|reflection)[\\/].*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('../../proto', '../proto'),
      loader: 'js',
    }))
  },
}

const compilerLines =
  /const \{ wasm \} = await import\("(.*\.wasm-base64\.mjs)"\)\s+return await decodeBase64AsWasm\(wasm\)/

/**
 * Prisma's query compiler as a file that the service reads once. Otherwise its text in base64 stays in memory twice, in the source of a module
 * and as a string of it, beside the decoded bytes.
 */
const compilerFile = {
  name: 'query compiler as a file',
  setup(/** @type {import('esbuild').PluginBuild} */ build) {
    build.onLoad({ filter: /[\\/]generated[\\/]internal[\\/]class\.ts$/ }, async ({ path }) => {
      const text = readFileSync(path, 'utf8')
      const specifier = compilerLines.exec(text)?.[1]
      if (specifier === undefined) throw new Error(`${path} loads the query compiler in another way.`)
      const { wasm } = await import(specifier)
      const folder = String(build.initialOptions.outdir)
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'query-compiler.wasm'), Buffer.from(wasm, 'base64'))
      const lines = `const { readFileSync } = await import('node:fs')
    return new WebAssembly.Module(readFileSync(new URL('./query-compiler.wasm', import.meta.url)))`
      return { contents: text.replace(compilerLines, lines), loader: 'ts' }
    })
  },
}

/**
 * The dictionaries of the password scorer as files, and without the packages that contain them: their text would stay in memory, in the source of a module and as
 * a string for each word.
 */
const wordFiles = {
  name: 'dictionaries as files',
  setup(/** @type {import('esbuild').PluginBuild} */ build) {
    build.onLoad({ filter: /[\\/]src[\\/]adapters[\\/]crypto[\\/]word-lists\.ts$/ }, async () => {
      // Compiled before it is bundled (scripts/build.mjs).
      const { readWordLists } = await import(
        pathToFileURL(join(root, 'dist/adapters/crypto/word-lists.js')).href
      )
      const folder = join(String(build.initialOptions.outdir), 'words')
      mkdirSync(folder, { recursive: true })
      const lists = Object.entries(readWordLists())
      for (const [name, text] of lists) writeFileSync(join(folder, `${name}.txt`), text)
      const contents = `import { readFileSync } from 'node:fs'
export function readWordLists() {
  const names = ${JSON.stringify(lists.map(([name]) => name))}
  return Object.fromEntries(names.map((name) => [name, readFileSync(new URL(\`./words/\${name}.txt\`, import.meta.url))]))
}`
      return { contents, loader: 'js' }
    })
    const list =
      /[\\/]language-\w+[\\/]dist[\\/](passwords|diceware|commonWords|firstnames|lastnames|wikipedia)\.json\.cjs$/
    build.onLoad({ filter: list }, () => ({ contents: 'module.exports = []', loader: 'js' }))
  },
}

export const bundlePlugins = [oneGraphql, bundledShield, grpcDefinitions, compilerFile, wordFiles]
