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
/** Gateways plan queries with these directives: removing one breaks them. */
const promises = new Set(['key', 'shareable'])
/** Gateways refuse or hide fields by these directives: adding one breaks clients. */
const restrictions = new Set(['authenticated', 'inaccessible', 'policy', 'requiresScopes'])

/** Changes from the old to the new subgraph that break clients or gateways, as sentences. */
export function breakingChanges(oldSdl: string, newSdl: string): readonly string[] {
  const before = parse(oldSdl)
  const after = parse(newSdl)
  return [
    ...findBreakingChanges(schemaOf(before), schemaOf(after)).map(({ description }) => description),
    ...directiveChanges(directivesOf(before), directivesOf(after)),
  ]
}

/** The schema without the directives of federation. */
function schemaOf(document: DocumentNode) {
  const plain = visit(document, {
    Directive: (node) => (standard.has(node.name.value) ? undefined : null),
    SchemaExtension: () => null,
  })
  return buildASTSchema(plain, { assumeValidSDL: true })
}

type Directives = ReadonlyMap<string, readonly DirectiveNode[]>

/** The directives of every type and of every field. */
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

/** Directives of the first list that the second lacks, as text. */
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

/** Whether the changelog has a new line that starts with "Breaking:". */
export function namesBreakingChange(oldChangelog: string, newChangelog: string): boolean {
  const known = new Set(breakingLines(oldChangelog))
  return breakingLines(newChangelog).some((line) => !known.has(line))
}

function breakingLines(changelog: string): string[] {
  return changelog.split('\n').filter((line) => /^\s*(?:[-*] +)?(?:\*\*)?Breaking:/.test(line))
}
