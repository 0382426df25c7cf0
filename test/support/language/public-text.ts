import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bannedWords, type Exception } from './banned-words.ts'

export interface TextFile {
  /** Relative to the root, with slashes. */
  readonly path: string
  readonly text: string
}

/** A file is public text if its path matches one of these patterns. */
const publicPaths: readonly RegExp[] = [
  /\.(md|graphql|prisma|proto)$/,
  /^(src|scripts|bench|test\/support)\/.*\.(ts|tsx|css|mjs|js|html|grit)$/,
  /^examples\/.*\.(ts|tsx|js|mjs|html|css|json|yaml)$/,
  /^[\w.-]+\.(ts|json)$/,
  /^\.ci\/run$/,
]
/** Folders with text that is generated, installed or written by others. */
const skippedFolders = /(^|\/)(node_modules|generated|dist|coverage|\.git|\.gatehouse|\.next)$/
const skippedFiles = /(^|\/)package-lock\.json$/

/** Every file of public text below a folder. */
export async function readPublicText(root: string): Promise<readonly TextFile[]> {
  const paths = (await pathsBelow(root, '')).filter(isPublic)
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8') })))
}

export function isPublic(path: string): boolean {
  return publicPaths.some((pattern) => pattern.test(path)) && !skippedFiles.test(path)
}

async function pathsBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true })
  const nested = entries.map(async (entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isFile()) return [path]
    return entry.isDirectory() && !skippedFolders.test(path) ? pathsBelow(root, path) : []
  })
  return (await Promise.all(nested)).flat()
}

const banned = new RegExp(`(?<![\\p{L}\\p{N}])(${bannedWords.join('|')})(?![\\p{L}\\p{N}])`, 'giu')

/** Each use of a banned word, as `path:line: word`. */
export function bannedUses(
  files: readonly TextFile[],
  { exceptions = [] }: { exceptions?: readonly Exception[] } = {},
): readonly string[] {
  return files.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        isExcepted(exceptions, path, line)
          ? []
          : [...line.matchAll(banned)].map(([word]) => `${path}:${index + 1}: ${word}`),
      ),
  )
}

function isExcepted(exceptions: readonly Exception[], path: string, line: string): boolean {
  return exceptions.some((exception) => exception.path === path && line.includes(exception.text))
}
