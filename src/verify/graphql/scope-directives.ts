import type { GraphQLSchema } from 'graphql'
import { type DirectiveNode, valueFromASTUntyped } from 'graphql'
import { isObject, isText } from '../json.ts'

/** What a definition requires. */
export interface AccessRule {
  /** One of these sets of permissions; null: no permission, only a viewer. */
  readonly scopes: readonly (readonly string[])[] | null
}

/** A type or a field, with its directives in the SDL, or those that a schema builder has put into `extensions`. */
export interface Definition {
  readonly astNode?: { readonly directives?: readonly DirectiveNode[] | undefined } | null | undefined
  readonly extensionASTNodes?: readonly { readonly directives?: readonly DirectiveNode[] | undefined }[]
  readonly extensions?: object
}

type Kind = 'authenticated' | 'requiresScopes' | 'policy'
type DirectiveNames = ReadonlyMap<string, Kind>

interface Directive {
  readonly name: string
  readonly args: unknown
}

const kinds: readonly Kind[] = ['authenticated', 'requiresScopes', 'policy']

/** The names of the directives in this schema: `@link` of Federation 2 can rename them. */
export function directiveNames(schema: GraphQLSchema): DirectiveNames {
  const names = new Map(kinds.flatMap((kind) => [kind, `federation__${kind}`].map((name) => [name, kind])))
  for (const { name, args } of directivesOf(schema)) {
    if (name !== 'link' || !isObject(args) || !String(args.url).includes('specs.apollo.dev/federation'))
      continue
    for (const kind of kinds) if (isText(args.as)) names.set(`${args.as}__${kind}`, kind)
    for (const imported of Array.isArray(args.import) ? args.import : []) {
      const kind = isObject(imported) ? kinds.find((one) => `@${one}` === imported.name) : undefined
      if (kind !== undefined && isText(imported.as)) names.set(imported.as.replace(/^@/, ''), kind)
    }
  }
  return names
}

/** The rules of a definition; all of them must be met. @throws Error for a directive that cannot be enforced */
export function rulesOf(definition: Definition, names: DirectiveNames): readonly AccessRule[] {
  return directivesOf(definition).flatMap(({ name, args }): readonly AccessRule[] => {
    const kind = names.get(name)
    if (kind === undefined) return []
    if (kind === 'authenticated') return [{ scopes: null }]
    if (kind === 'requiresScopes') return [{ scopes: scopesOf(args) }]
    throw new Error('enforceScopes: @policy cannot be enforced here. Use a router that evaluates it.')
  })
}

function scopesOf(args: unknown): readonly (readonly string[])[] {
  const scopes = isObject(args) ? args.scopes : undefined
  const isGroup = (group: unknown): group is readonly string[] => Array.isArray(group) && group.every(isText)
  if (Array.isArray(scopes) && scopes.every(isGroup)) return scopes
  throw new Error('enforceScopes: the argument of @requiresScopes must be a list of lists of strings.')
}

function directivesOf({ astNode, extensionASTNodes = [], extensions }: Definition): readonly Directive[] {
  const nodes = [astNode, ...extensionASTNodes].flatMap((node) => node?.directives ?? [])
  const written = nodes.map(({ name, arguments: args = [] }) => ({
    name: name.value,
    args: Object.fromEntries(args.map((arg) => [arg.name.value, valueFromASTUntyped(arg.value)])),
  }))
  return [...written, ...builtDirectives(isObject(extensions) ? extensions.directives : undefined)]
}

/** `[{ name, args }]` or `{ name: args }`, as schema builders write them; args can be a list for a repeated directive. */
function builtDirectives(directives: unknown): readonly Directive[] {
  if (Array.isArray(directives))
    return directives.flatMap((one) =>
      isObject(one) && isText(one.name) ? [{ name: one.name, args: one.args }] : [],
    )
  if (!isObject(directives)) return []
  return Object.entries(directives).flatMap(([name, args]) =>
    (Array.isArray(args) ? args : [args]).map((each: unknown) => ({ name, args: each })),
  )
}
