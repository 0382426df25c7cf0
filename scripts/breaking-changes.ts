import {
  buildASTSchema,
  type DirectiveNode,
  type DocumentNode,
  findBreakingChanges,
  Kind,
  parse,
  print,
  visit,
} from 'graphql'

/** Directives of the GraphQL specification; buildASTSchema knows them. */
const standard = new Set(['deprecated', 'oneOf', 'specifiedBy'])
/** A gateway plans with these: what they promised must stay. */
const promises = new Set(['key', 'shareable'])
/** A gateway refuses or hides by these: nothing may become stricter. */
const restrictions = new Set(['authenticated', 'inaccessible', 'policy', 'requiresScopes'])

/** What a client or a gateway of the old subgraph could trip over in the new one, in sentences. */
export function breakingChanges(oldSdl: string, newSdl: string): readonly string[] {
  const before = parse(oldSdl)
  const after = parse(newSdl)
  return [
    ...findBreakingChanges(schemaOf(before), schemaOf(after)).map(({ description }) => description),
    ...directiveChanges(directivesOf(before), directivesOf(after)),
  ]
}

/** The schema without what only federation knows. */
function schemaOf(document: DocumentNode) {
  const plain = visit(document, {
    Directive: (node) => (standard.has(node.name.value) ? undefined : null),
    SchemaExtension: () => null,
  })
  return buildASTSchema(plain, { assumeValidSDL: true })
}

type Directives = ReadonlyMap<string, readonly DirectiveNode[]>

/** The directives of every type and of every field of one. */
function directivesOf(document: DocumentNode): Directives {
  const found = new Map<string, readonly DirectiveNode[]>()
  for (const type of document.definitions) {
    if (!('name' in type) || type.name === undefined || type.kind === Kind.DIRECTIVE_DEFINITION) continue
    found.set(type.name.value, type.directives ?? [])
    for (const field of 'fields' in type ? (type.fields ?? []) : [])
      found.set(`${type.name.value}.${field.name.value}`, field.directives ?? [])
  }
  return found
}

function directiveChanges(before: Directives, after: Directives): string[] {
  return [...before].flatMap(([place, old]) => {
    const now = after.get(place)
    if (now === undefined) return []
    return [
      ...missing(old, now, promises).map((directive) => `${place} lost ${directive}.`),
      ...missing(now, old, restrictions).map((directive) => `${place} became stricter: ${directive}.`),
    ]
  })
}

/** Those of the first that the second lacks, as text. */
function missing(
  these: readonly DirectiveNode[],
  those: readonly DirectiveNode[],
  names: ReadonlySet<string>,
): string[] {
  const present = new Set(those.map((directive) => print(directive)))
  return these
    .filter(({ name }) => names.has(name.value))
    .map((directive) => print(directive))
    .filter((text) => !present.has(text))
}

/** Whether the changelog names a breaking change that the earlier one did not name: a line that starts with "Breaking:". */
export function namesBreakingChange(oldChangelog: string, newChangelog: string): boolean {
  const known = new Set(breakingLines(oldChangelog))
  return breakingLines(newChangelog).some((line) => !known.has(line))
}

function breakingLines(changelog: string): string[] {
  return changelog.split('\n').filter((line) => /^\s*(?:[-*] +)?(?:\*\*)?Breaking:/.test(line))
}
