import { type DocumentNode, Kind, visit } from 'graphql'

const policies = ['authenticated', 'requiresScopes']

/**
 * A subgraph's SDL without `@authenticated` and `@requiresScopes`, for gateways that refuse to start with them
 * (@apollo/gateway). Nothing is lost: Gatehouse decides itself.
 */
export function withoutPolicies(sdl: DocumentNode): DocumentNode {
  return visit(sdl, {
    Directive: (directive) => (policies.includes(directive.name.value) ? null : undefined),
    ListValue: (list) => ({
      ...list,
      values: list.values.filter(
        (value) => value.kind !== Kind.STRING || !policies.includes(value.value.replace(/^@/, '')),
      ),
    }),
  })
}
