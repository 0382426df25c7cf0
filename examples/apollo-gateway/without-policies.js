import { Kind, parse, print, visit } from 'graphql'

const policies = ['authenticated', 'requiresScopes']

/**
 * Removes `@authenticated` and `@requiresScopes` from a subgraph's SDL, for gateways that refuse to start with them. This
 * does not weaken access control if the subgraph enforces it itself, as Gatehouse and subgraphs with gatehouse-verify do.
 * @param {string} sdl
 */
export function withoutPolicies(sdl) {
  return print(
    visit(parse(sdl), {
      Directive: (directive) => (policies.includes(directive.name.value) ? null : undefined),
      // The import list of @link.
      ListValue: (list) => ({
        ...list,
        values: list.values.filter(
          (value) => value.kind !== Kind.STRING || !policies.includes(value.value.replace(/^@/, '')),
        ),
      }),
    }),
  )
}
