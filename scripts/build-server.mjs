// Bundles the service and its commands into dist/server, with everything that is pure JavaScript in a few files. `npm start` and
// the package gatehouse-auth run them: a start reads a few files instead of 2 000.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { bundlePlugins } from './packages/bundle-plugins.mjs'
import { root } from './packages/manifest.mjs'
import { externalPackages } from './packages/server-package.mjs'

const folder = join(root, 'dist/server')

/** Bundled CommonJS modules use these names, which ES modules do not have. */
const banner = `import { createRequire as bundleRequire } from 'node:module'
import { dirname as bundleDirname } from 'node:path'
import { fileURLToPath as bundlePath } from 'node:url'
const require = bundleRequire(import.meta.url)
const __filename = bundlePath(import.meta.url)
const __dirname = bundleDirname(__filename)`

rmSync(folder, { recursive: true, force: true })
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: {
    cli: 'src/cli.ts',
    main: 'src/main.ts',
    'zxcvbn-worker': 'src/adapters/crypto/zxcvbn-worker.ts',
    'argon2-thread': 'src/adapters/crypto/argon2-thread.ts',
  },
  outdir: join(folder, 'lib'),
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  banner: { js: banner },
  legalComments: 'none',
  external: externalPackages.flatMap((external) => [external, `${external}/*`]),
  plugins: bundlePlugins,
  metafile: true,
  logLevel: 'warning',
})
// V8 keeps the source of a module in memory, with two bytes for each character if one of them is beyond Latin-1. esbuild leaves those of comments and
// regular expressions.
for (const output of Object.keys(metafile.outputs)) {
  const path = join(root, output)
  const escaped = readFileSync(path, 'utf8').replace(/[^\0-\x7f]/g, escapeUnit)
  writeFileSync(path, escaped)
}
// Files that the service reads at run time.
const protos = readdirSync(join(root, 'src/grpc')).filter((file) => file.endsWith('.proto'))
for (const file of protos) cpSync(join(root, 'src/grpc', file), join(folder, 'lib', file))
for (const path of ['grpc-js/proto', 'reflection/build/proto'])
  cpSync(join(root, 'node_modules/@grpc', path), join(folder, 'proto'), { recursive: true })
cpSync(join(root, 'dist/pages'), join(folder, 'lib/pages'), {
  recursive: true,
  filter: (path) => !path.endsWith('inputs.json'),
})
cpSync(join(root, 'prisma/migrations'), join(folder, 'prisma/migrations'), { recursive: true })
// What `init` writes.
for (const example of ['federation', 'hive-gateway-plugin', 'subgraph-posts'])
  cpSync(join(root, 'examples', example), join(folder, 'examples', example), {
    recursive: true,
    filter: (path) => !path.endsWith('node_modules'),
  })
// The packages inside of the bundle, whose licences the package of the server contains.
writeFileSync(join(folder, 'inputs.json'), JSON.stringify(Object.keys(metafile.inputs)))

/** @param {string} unit one UTF-16 code unit */
function escapeUnit(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
