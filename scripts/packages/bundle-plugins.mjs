// Plugins of esbuild for the server package.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
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

export const bundlePlugins = [oneGraphql, bundledShield, grpcDefinitions]
