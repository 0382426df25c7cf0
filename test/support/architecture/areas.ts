import { dirname } from 'node:path'
import { type Import, importsOf, type SourceFile } from './source-file.ts'

const maxFiles = 32
/** Folders of `http/` that plugins are built from. They do not know the plugins. */
const httpParts = ['request', 'answer', 'documents', 'html']

/** Imports of a use case by a use case of another area, or by a step. Types count too: a shared type belongs to `steps/`. */
export function foreignUseCases(files: readonly SourceFile[]): readonly string[] {
  return importsBetweenAreas(files, 'flows')
    .filter(({ to }) => to !== 'steps')
    .map(({ file, target }) => `${file.path} imports ${target}: move what both need to src/flows/steps/`)
}

/** Values that a GraphQL area imports from another area. Types may come from any area. */
export function foreignFields(files: readonly SourceFile[]): readonly string[] {
  return importsBetweenAreas(files, 'graphql')
    .filter(({ to, typeOnly }) => to !== 'edge' && !typeOnly)
    .map(({ file, target }) => `${file.path} imports ${target}: move what both need to src/graphql/edge/`)
}

/** Imports of plugins by the parts that plugins are built from. */
export function pluginsInParts(files: readonly SourceFile[]): readonly string[] {
  return importsBetweenAreas(files, 'http')
    .filter(({ from, to }) => httpParts.includes(from) && to === 'plugins')
    .map(({ file, target }) => `${file.path} imports ${target}: parts of http/ do not know the plugins`)
}

/** Folders with more files than a reader can scan. */
export function crowdedFolders(files: readonly SourceFile[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { path } of files) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1)
  return [...counts]
    .filter(([, count]) => count > maxFiles)
    .map(([folder, count]) => `${folder} has ${count} files, more than ${maxFiles}`)
}

interface ImportBetweenAreas extends Import {
  readonly target: string
  readonly from: string
  readonly to: string
}

/** Imports between the folders of a ring. Files directly in the ring, such as `graphql/schema.ts`, put the areas together. */
function importsBetweenAreas(files: readonly SourceFile[], ring: string): readonly ImportBetweenAreas[] {
  const areaOf = (path: string) => new RegExp(`^src/${ring}/([\\w-]+)/`).exec(path)?.[1] ?? null
  return files.flatMap(importsOf).flatMap((found) => {
    const { file, target } = found
    if (target === null) return []
    const from = areaOf(file.path)
    const to = areaOf(target)
    return from === null || to === null || from === to ? [] : [{ ...found, target, from, to }]
  })
}
