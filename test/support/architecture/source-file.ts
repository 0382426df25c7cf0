import { readdir, readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'

/** A file of the repository, or a planted one. */
export interface SourceFile {
  /** Relative to the root, with slashes: src/flows/sign-in/login.ts */
  readonly path: string
  readonly text: string
}

export interface Import {
  readonly file: SourceFile
  /** The specifier as written. */
  readonly from: string
  /** Whether the import has no effect at run time. */
  readonly typeOnly: boolean
  /** The path of the file that a relative import names; null for packages and node: modules. */
  readonly target: string | null
}

const generated = ['src/adapters/prisma/generated/', 'src/clients/generated/', 'test/generated/']

/** Every TypeScript file below these folders, except generated ones. */
export async function readSources(...folders: readonly string[]): Promise<readonly SourceFile[]> {
  const found: SourceFile[] = []
  for (const folder of folders) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name).replaceAll('\\', '/')
      if (!entry.isFile() || !/\.tsx?$/.test(path) || isGenerated(path)) continue
      found.push({ path, text: await readFile(path, 'utf8') })
    }
  }
  return found
}

export function isGenerated(path: string): boolean {
  return generated.some((folder) => path.startsWith(folder))
}

const statement = /\b(?:import|export)\s+(type\s+)?(?:[\w\s{},*$]+?\s+from\s+)?(['"])([^'"\n]+)\2/g
const call = /(\btypeof\s+)?\b(?:import|require|require\.resolve)\(\s*(['"`])([^'"`\n]+)\2/g

/** Static and dynamic imports of a file, found in its text. */
export function importsOf(file: SourceFile): readonly Import[] {
  const code = withoutComments(file.text)
  return [...code.matchAll(statement), ...code.matchAll(call)].map(([, type, , from = '']) => ({
    file,
    from,
    typeOnly: type !== undefined,
    target: from.startsWith('.') ? posix.join(posix.dirname(file.path), from) : null,
  }))
}

/** The code without comments. Strings and line numbers stay. */
export function withoutComments(text: string): string {
  const stringOrComment = /(['"`])(?:\\.|(?!\1)[^\\])*?\1|\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/[^\n]*/g
  return text.replace(stringOrComment, (found, quote: string | undefined) =>
    quote === undefined ? found.replace(/[^\n]/g, '') : found,
  )
}

/** The package of an import: @scope/name or name; null for relative imports and node: modules. */
export function packageOf({ from }: Pick<Import, 'from'>): string | null {
  if (from.startsWith('.') || from.startsWith('node:')) return null
  return from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/')
}
