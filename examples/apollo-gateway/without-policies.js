import { Kind, parse, print, visit } from 'graphql'

const policies = ['authenticated', 'requiresScopes']

/**
 * A subgraph's SDL without `@authenticated` and `@requiresScopes`, for gateways that refuse to start with them. Nothing is
 * lost: Gatehouse decides itself.
 * @param {string} sdl
 */
export function withoutPolicies(sdl) {
  return print(
    visit(parse(sdl), {
      Directive: (directive) => (policies.includes(directive.name.value) ? null : undefined),
      // The `import` of @link.
      ListValue: (list) => ({
        ...list,
        values: list.values.filter(
          (value) => value.kind !== Kind.STRING || !policies.includes(value.value.replace(/^@/, '')),
        ),
      }),
    }),
  )
}
