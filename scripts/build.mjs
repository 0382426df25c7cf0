// Builds what is out of date: the Prisma client from prisma/schema.prisma, then dist/ from src/, and the
// bundled service in dist/server. For an unchanged tree
// it only reads the times of files. `npm start` and the tests call `build()`.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { clientImports, verifyImports } from './packages/library-imports.mjs'
import { writeLibraryPackage } from './packages/library-package.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const generated = 'src/adapters/prisma/generated'
const require = createRequire(import.meta.url)

/**
 * Generates the Prisma client and compiles, each only if a source changed. An installation without development packages
 * (NODE_ENV=production) cannot compile: it uses the build that exists.
 * @throws if development packages are missing and there is no build
 */
export function build() {
  if (!canCompile()) return requireBuild()
  generate()
  const sources = [
    'src',
    'tsconfig.json',
    'tsconfig.build.json',
    'tsconfig.clients.json',
    'tsconfig.verify.json',
    'tsconfig.pages.json',
    'scripts/build-pages.mjs',
    'scripts/build-server.mjs',
    'prisma/migrations',
    'examples/federation',
    'examples/hive-gateway-plugin',
    'examples/subgraph-posts',
    'package.json',
    'package-lock.json',
    'packages/gatehouse-client',
    'packages/gatehouse-verify',
    'scripts/packages',
  ]
  whenStale('node_modules/.cache/gatehouse/build.stamp', 'dist/server/inputs.json', sources, () => {
    process.stderr.write(
      'Building the service. This takes up to a minute, once for each change of the sources.\n',
    )
    rmSync(join(root, 'dist'), { recursive: true, force: true })
    run(bin('typescript', 'tsc'), ['-p', 'tsconfig.build.json'])
    run(bin('typescript', 'tsc'), ['-p', 'tsconfig.clients.json'])
    run(bin('typescript', 'tsc'), ['-p', 'tsconfig.verify.json'])
    run(bin('typescript', 'tsc'), ['-p', 'tsconfig.pages.json'])
    run(join(root, 'scripts/build-pages.mjs'), [])
    copyDefinitions()
    run(join(root, 'scripts/build-server.mjs'), [])
    writeLibraryPackage('gatehouse-client', clientImports)
    writeLibraryPackage('gatehouse-verify', verifyImports)
  })
}

/** Whether the development packages are installed. Some of them remain without the others, as peers of other packages. */
function canCompile() {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return Object.keys(devDependencies).every((name) => exists(`node_modules/${name}/package.json`))
}

function requireBuild() {
  if (exists('dist/server/lib/main.js')) return
  throw new Error(
    'There is no build, and the development packages that compile it are not installed (NODE_ENV=production). Run: npm ci --include=dev && npm run build && npm prune --omit=dev',
  )
}

/** Copies the .proto files, which the compiler ignores and gRPC reads at run time. */
function copyDefinitions() {
  const from = join(root, 'src/grpc')
  for (const name of readdirSync(from).filter((file) => file.endsWith('.proto')))
    cpSync(join(from, name), join(root, 'dist/grpc', name))
}

/** Generates the Prisma client if the schema or Prisma changed. */
export function generate() {
  const sources = ['prisma/schema.prisma', 'prisma.config.ts', 'package-lock.json']
  whenStale('node_modules/.cache/gatehouse/generate.stamp', `${generated}/client.ts`, sources, () =>
    run(bin('prisma', 'prisma'), ['generate']),
  )
}

/**
 * @param {string} stamp file with the state of the sources at the last run
 * @param {string} product a file that the work creates
 * @param {readonly string[]} sources files and folders
 * @param {() => void} work
 */
function whenStale(stamp, product, sources, work) {
  const state = sources.flatMap((source) => describe(source)).join('\n')
  if (exists(product) && read(stamp) === state) return
  work()
  mkdirSync(dirname(join(root, stamp)), { recursive: true })
  writeFileSync(join(root, stamp), sources.flatMap((source) => describe(source)).join('\n'))
}

/**
 * One line for each file below a path: path, size and time of the last change.
 * @param {string} path
 * @returns {string[]}
 */
function describe(path) {
  const stats = statSync(join(root, path), { throwIfNoEntry: false })
  if (stats === undefined) return [`${path} is missing`]
  if (!stats.isDirectory()) return [`${path} ${stats.size} ${stats.mtimeMs}`]
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => describe(`${path}/${name}`))
}

/** @param {string} path */
function exists(path) {
  return statSync(join(root, path), { throwIfNoEntry: false }) !== undefined
}

/** @param {string} path */
function read(path) {
  return exists(path) ? readFileSync(join(root, path), 'utf8') : null
}

/**
 * The script of a command of a package.
 * @param {string} name
 * @param {string} command
 */
function bin(name, command) {
  const manifest = require.resolve(`${name}/package.json`)
  const { bin: commands } = JSON.parse(readFileSync(manifest, 'utf8'))
  return join(dirname(manifest), typeof commands === 'string' ? commands : commands[command])
}

/**
 * @param {string} script
 * @param {readonly string[]} args
 */
function run(script, args) {
  const env = { ...process.env, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    env,
    encoding: 'utf8',
  })
  if (status === 0) return
  process.stderr.write(`${stdout}${stderr}`)
  throw new Error(`${script} ${args.join(' ')} failed`)
}

/** Builds for a start. If that is not possible, prints why and exits with 1. */
export function buildOrExit() {
  try {
    build()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    if (process.argv.includes('--generate-only')) generate()
    else build()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
