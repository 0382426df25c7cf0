import { type Import, importsOf, type SourceFile } from './source-file.ts'

/** What the files of each ring may import besides each other. */
const reach: Readonly<Record<string, readonly string[]>> = {
  main: ['app', 'infrastructure', 'config', 'http', 'grpc', 'domain', 'lib'],
  cli: ['app', 'infrastructure', 'config', 'flows', 'domain', 'lib'],
  infrastructure: ['adapters', 'domain', 'lib', 'config'],
  app: ['flows', 'domain', 'graphql', 'http', 'grpc', 'jobs', 'lib', 'config'],
  http: ['graphql', 'flows', 'domain', 'lib', 'config'],
  graphql: ['flows', 'domain', 'lib'],
  grpc: ['flows', 'domain', 'lib'],
  jobs: ['flows', 'domain', 'lib'],
  flows: ['domain', 'lib'],
  adapters: ['domain', 'lib', 'config'],
  domain: ['lib'],
  config: ['lib'],
  lib: [],
  clients: [],
}
/** The same for imports of types alone. */
const reachOfTypes: Readonly<Record<string, readonly string[]>> = {
  app: ['infrastructure'],
  config: ['domain'],
}
/** What every noun may throw. */
const shared = ['src/domain/problems.ts', 'src/domain/refusals.ts']

/** Imports that point outwards: from a ring to one that it must not know. */
export function outwardImports(files: readonly SourceFile[]): readonly string[] {
  return importsWithin(files)
    .filter(({ from, to, typeOnly }) => {
      if (from === to || reach[from]?.includes(to)) return false
      return !(typeOnly && reachOfTypes[from]?.includes(to))
    })
    .map(({ file, target, from, to }) => `${file.path} imports ${target}: ${from} must not know ${to}`)
}

/** Imports of one noun of the domain by another that are left when the program runs. */
export function sidewaysImports(files: readonly SourceFile[]): readonly string[] {
  return importsWithin(files)
    .filter(({ from, to, typeOnly }) => from === 'domain' && to === 'domain' && !typeOnly)
    .filter(({ file, target }) => nounOf(file.path) !== nounOf(target) && !shared.includes(target))
    .map(({ file, target }) => `${file.path} imports ${target}: only \`import type\` goes from noun to noun`)
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

/** src/flows/sign-in/login.ts → flows, src/main.ts → main. A path outside every ring stands for itself. */
function ringOf(path: string): string {
  return /^src\/([\w-]+)(?:\.ts$|\/)/.exec(path)?.[1] ?? path
}

/** src/domain/users/user.ts → users; a file that belongs to no noun stands for itself. */
function nounOf(path: string): string {
  return path.slice('src/domain/'.length).split('/')[0] ?? ''
}

/** Files in rings of which the rule says nothing. */
export function homelessFiles(files: readonly SourceFile[]): readonly string[] {
  return files.map(({ path }) => path).filter((path) => reach[ringOf(path)] === undefined)
}
