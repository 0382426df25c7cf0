import type { Plugin } from 'graphql-yoga'
import { enforceScopes } from '../graphql/enforce-scopes.ts'
import type { GatehouseContext } from '../graphql/gatehouse-context.ts'
import { showRefusals } from '../graphql/show-refusals.ts'
import type { Verifier } from '../verifier.ts'

export type { GatehouseContext } from '../graphql/gatehouse-context.ts'

/**
 * A plugin of GraphQL Yoga, and of Envelop servers whose context has `request`. Resolvers call `requireViewer(context.gatehouse)`.
 * Enforces `@authenticated` and `@requiresScopes` of the schema, and shows refusals to callers, which Yoga would mask.
 */
export function useGatehouse(verifier: Verifier): Plugin<GatehouseContext> {
  return {
    onSchemaChange({ schema }) {
      enforceScopes(schema)
    },
    async onContextBuilding({ context, extendContext }) {
      extendContext({ gatehouse: await verifier.authenticate(context.request.headers) })
    },
    onExecute: () => ({ onExecuteDone: showRefusals }),
    onSubscribe: () => ({ onSubscribeResult: showRefusals }),
  }
}
