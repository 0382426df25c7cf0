import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import { type ReadAccessFile, readAccessContent } from '../../flows/operator/access-file.ts'

type Path = readonly PropertyKey[]

/** Reads a YAML file of permissions and roles. Reports every mistake of its form with its line. */
export function readAccessFile(text: string): ReadAccessFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  if (document.errors.length > 0) {
    const mistakes = document.errors.map(({ pos: [offset], code, message }) => {
      const text = code === 'MULTIPLE_DOCS' ? 'The file has more than one document. Write one.' : message
      return { line: lines.linePos(offset).line, name: 'YAML', code, message: text }
    })
    return { file: null, mistakes }
  }
  const aliases = aliasOffsets(document)
  if (aliases.length > 0) {
    const message = 'Aliases (*name) are not allowed. Write the value again.'
    const mistakes = aliases.map((offset) => {
      return { line: lines.linePos(offset).line, name: 'YAML', code: 'ALIAS', message }
    })
    return { file: null, mistakes }
  }
  const lineOf = (path: Path) => lines.linePos(offsetOf(document.contents, path)).line
  return readAccessContent(document.toJS({ maxAliasCount: 0 }) ?? {}, lineOf)
}

function aliasOffsets(document: Document.Parsed): readonly number[] {
  const offsets: number[] = []
  visit(document, { Alias: (_key, { range }) => void offsets.push(range?.[0] ?? 0) })
  return offsets
}

/** Where the key or item of a path begins; the nearest one that exists. */
function offsetOf(root: unknown, path: Path): number {
  let node: unknown = root
  let offset = 0
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step)
      if (pair === undefined) return offset
      offset = startOf(pair.key) ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(step)]
      offset = startOf(node) ?? offset
    }
  }
  return offset
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined
}
