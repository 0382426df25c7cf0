import { basename } from 'node:path'
import { importsOf, isGenerated, type SourceFile, withoutComments } from './source-file.ts'

const lineLimit = 300
const emptyWords = /(^|[-/])(utils?|common|misc|base|impl|helpers?|managers?)(?=[-./]|$)/
/** Entry points of the process. They may read its environment and have side effects. */
const starters = /^src\/(main\.ts|cli\.ts|pages\/main\.tsx)$/

/** Files named index.ts, and files and folders with names that describe nothing. */
export function emptyNames(files: readonly SourceFile[]): readonly string[] {
  return files
    .map(({ path }) => path)
    .filter((path) => basename(path) === 'index.ts' || emptyWords.test(path))
    .map((path) => `${path}: the name does not describe the content`)
}

/** Files that are too long. */
export function longFiles(files: readonly SourceFile[]): readonly string[] {
  return files
    .map(({ path, text }) => ({ path, lines: text.replace(/\n$/, '').split('\n').length }))
    .filter(({ lines }) => lines > lineLimit)
    .map(({ path, lines }) => `${path} has ${lines} lines, more than ${lineLimit}`)
}

/** Imports of files that do not exist, lack an extension, or are computed. */
export function unreadableImports(
  files: readonly SourceFile[],
  isThere: (path: string) => boolean,
): readonly string[] {
  return files.flatMap((file) => {
    const missing = importsOf(file)
      .filter(({ target }) => target !== null && !isGenerated(target) && !isThere(target))
      .map(({ from }) => `${file.path} imports ${from}: the file does not exist`)
    const computed = /\b(import|require)\(\s*(?!(['"`])[^'"`]*\2\s*\))/.test(withoutStrings(file.text))
    return computed ? [...missing, `${file.path} computes what it imports`] : missing
  })
}

const effects =
  /\b(set(Timeout|Interval|Immediate)|Date\.now|performance\.now|new Date|new Redis|new Pool|process\.on(ce)?|randomBytes|randomUUID|fetch)\b *\(/
const statements = /^(if|for|while|switch|try|await|do|\{|[A-Za-z_$][\w.$]*\()/
/** Pothos requires the registration of plugins. */
const registration = 'SchemaBuilder.registerPlugin('

/** Statements that run when a file is imported, besides declarations. Only lines without indentation are read. */
export function importEffects(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path }) => !starters.test(path))
    .flatMap(({ path, text }) =>
      withoutStrings(text)
        .split('\n')
        .filter((line) => /^\S/.test(line) && !line.startsWith(registration))
        .filter((line) => statements.test(line) || effects.test(line.split(/=>|\bfunction\b/)[0] ?? ''))
        .map((line) => `${path} has a side effect when it is imported: ${line}`),
    )
}

/** Files that read the environment, except the entry points and the configuration. */
export function environmentReaders(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path }) => !starters.test(path) && !path.startsWith('src/config/'))
    .filter(({ text }) =>
      /\bprocess\s*(\??\.\s*env\b|\[\s*['"`]env)|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b|\bimport\s*\{[^}]*\benv\b[^}]*\}\s*from\s*['"](node:)?process/.test(
        withoutComments(text),
      ),
    )
    .map(({ path }) => `${path} reads the environment`)
}

/** Files that concatenate SQL as text. */
export function textSql(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ text }) => /raw\W*unsafe|\bPrisma\s*\.\s*raw\b/i.test(withoutComments(text)))
    .map(({ path }) => `${path} concatenates SQL as text`)
}

function withoutStrings(text: string): string {
  return withoutComments(text).replace(
    /(['"`])(?:\\.|(?!\1)[^\\])*?\1/g,
    (found, quote) => `${quote}${found.slice(1, -1).replace(/[^\n]/g, '·')}${quote}`,
  )
}
