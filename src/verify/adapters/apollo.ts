import type { RequestHeaders } from '../credential.ts'
import type { GatehouseContext } from '../graphql/gatehouse-context.ts'
import type { Verifier } from '../verifier.ts'

export { enforceScopes } from '../graphql/enforce-scopes.ts'
export type { GatehouseContext } from '../graphql/gatehouse-context.ts'

/**
 * The function `context` of Apollo Server: `startStandaloneServer(server, { context: createContext(verifier) })`. Resolvers call
 * `requireViewer(context.gatehouse)`. `extend` adds members of your own. For directives: `enforceScopes(schema)`.
 */
export function createContext<Own extends object = object>(
  verifier: Verifier,
  extend?: (gatehouse: GatehouseContext['gatehouse']) => Own,
) {
  return async ({ req }: { readonly req: { readonly headers: RequestHeaders } }) => {
    const gatehouse = await verifier.authenticate(req.headers)
    return Object.assign({}, extend?.(gatehouse), { gatehouse })
  }
}
