import { type Import, importsOf, type SourceFile } from './source-file.ts'

/** Rings that the files of each ring may import, besides their own. */
const reach: Readonly<Record<string, readonly string[]>> = {
  main: ['process', 'infrastructure', 'config', 'lib'],
  process: ['app', 'infrastructure', 'config', 'http', 'grpc', 'domain', 'lib'],
  cli: ['main', 'app', 'infrastructure', 'config', 'flows', 'domain', 'lib'],
  infrastructure: ['adapters', 'domain', 'lib', 'config'],
  app: ['flows', 'domain', 'graphql', 'http', 'grpc', 'jobs', 'lib', 'config'],
  http: ['graphql', 'flows', 'domain', 'texts', 'lib', 'config'],
  graphql: ['flows', 'domain', 'lib'],
  grpc: ['flows', 'domain', 'lib'],
  jobs: ['flows', 'domain', 'lib'],
  flows: ['domain', 'texts', 'lib'],
  adapters: ['domain', 'lib', 'config'],
  domain: ['lib'],
  config: ['lib'],
  lib: [],
  clients: [],
  pages: ['clients', 'texts'],
  texts: [],
  verify: [],
}
/** Further rings of which they may import types. */
const reachOfTypes: Readonly<Record<string, readonly string[]>> = {
  app: ['infrastructure'],
  config: ['domain'],
}
/** Files that every noun may import. */
const shared = ['src/domain/problems.ts', 'src/domain/refusals.ts']

/** Imports of a ring that the importing ring must not know. */
export function outwardImports(files: readonly SourceFile[]): readonly string[] {
  return importsWithin(files)
    .filter(({ from, to, typeOnly }) => {
      if (from === to || reach[from]?.includes(to)) return false
      return !(typeOnly && reachOfTypes[from]?.includes(to))
    })
    .map(({ file, target, from, to }) => `${file.path} imports ${target}: ${from} must not know ${to}`)
}

/** What applications can import, too. */
const clientEntries = ['client', 'documents', 'passkeys'].map((entry) => `src/clients/${entry}.ts`)

/** Imports of pages from parts of the clients that applications cannot import. */
export function privateClientParts(files: readonly SourceFile[]): readonly string[] {
  return importsWithin(files)
    .filter(({ from, to, target }) => from === 'pages' && to === 'clients' && !clientEntries.includes(target))
    .map(({ file, target }) => `${file.path} imports ${target}: pages use what applications can import`)
}

/** Imports of values from another noun of the domain. */
export function sidewaysImports(files: readonly SourceFile[]): readonly string[] {
  return importsWithin(files)
    .filter(({ from, to, typeOnly }) => from === 'domain' && to === 'domain' && !typeOnly)
    .filter(({ file, target }) => nounOf(file.path) !== nounOf(target) && !shared.includes(target))
    .map(({ file, target }) => `${file.path} imports ${target}: a noun imports only types of other nouns`)
}

/** Themes of the configuration that import what is built from all themes. Such an import makes a circle. */
export function circularThemes(files: readonly SourceFile[]): readonly string[] {
  const assembled = ['config', 'read-config', 'variables'].map((name) => `src/config/${name}.ts`)
  return importsWithin(files)
    .filter(({ file, target }) => file.path.startsWith('src/config/themes/') && assembled.includes(target))
    .map(({ file, target }) => `${file.path} imports ${target}: a theme does not know the others`)
}

interface ImportWithin extends Import {
  readonly target: string
  readonly from: string
  readonly to: string
}

function importsWithin(files: readonly SourceFile[]): readonly ImportWithin[] {
  return files.flatMap(importsOf).flatMap((found) => {
    const { target } = found
    return target === null ? [] : [{ ...found, target, from: ringOf(found.file.path), to: ringOf(target) }]
  })
}

/** src/flows/sign-in/login.ts → flows, src/main.ts → main. A path outside src is returned unchanged. */
function ringOf(path: string): string {
  return /^src\/([\w-]+)(?:\.ts$|\/)/.exec(path)?.[1] ?? path
}

/** src/domain/users/user.ts → users. A file directly in src/domain is its own noun. */
function nounOf(path: string): string {
  return path.slice('src/domain/'.length).split('/')[0] ?? ''
}

/** Files in rings that the import rules do not name. */
export function homelessFiles(files: readonly SourceFile[]): readonly string[] {
  return files.map(({ path }) => path).filter((path) => reach[ringOf(path)] === undefined)
}
