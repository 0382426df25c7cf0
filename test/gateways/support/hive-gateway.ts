import type { IncomingMessage } from 'node:http'
import { createGatewayRuntime, type GatewayConfigSupergraph } from '@graphql-hive/gateway-runtime'
import { forwardedHeaders, returnedHeaders } from './forwarded-headers.ts'
import { type Served, serve } from './loopback.ts'

/** The context of an operation when the gateway runs on node:http. */
interface NodeContext extends Record<string, unknown> {
  readonly req: IncomingMessage
}

export type HiveOptions = Partial<Omit<GatewayConfigSupergraph<NodeContext>, 'supergraph'>>

/** Hive Gateway, configured as in docs/gateways/hive-gateway.md. */
export async function startHiveGateway(supergraph: string, options: HiveOptions = {}): Promise<Served> {
  const gateway = createGatewayRuntime<NodeContext>({
    supergraph,
    logging: false,
    propagateHeaders: {
      fromClientToSubgraphs: ({ request, subgraphName, context }) =>
        forwardedHeaders(subgraphName, request.headers, context.req?.socket.remoteAddress ?? ''),
      // An operation can call Gatehouse several times: the client receives the headers of the last response.
      deduplicateHeaders: true,
      fromSubgraphsToClient: ({ response: { headers }, subgraphName }) =>
        subgraphName === 'gatehouse'
          ? {
              'set-cookie': headers.getSetCookie(),
              ...Object.fromEntries(returnedHeaders.map((name) => [name, headers.get(name)])),
            }
          : {},
    },
    ...options,
  })
  const served = await serve(gateway)
  return {
    url: served.url,
    async close() {
      await served.close()
      await gateway[Symbol.asyncDispose]()
    },
  }
}
