import type { IncomingMessage } from 'node:http'
import { createGatewayRuntime, type GatewayConfigSupergraph } from '@graphql-hive/gateway-runtime'
import { forwardedHeaders } from './forwarded-headers.ts'
import { type Served, serve } from './loopback.ts'

/** What node:http adds to the context of an operation. */
interface OverNode extends Record<string, unknown> {
  readonly req: IncomingMessage
}

export type HiveOptions = Partial<Omit<GatewayConfigSupergraph<OverNode>, 'supergraph'>>

/** Hive Gateway as docs/gateways/hive-gateway.md configures it. */
export async function startHiveGateway(supergraph: string, options: HiveOptions = {}): Promise<Served> {
  const gateway = createGatewayRuntime<OverNode>({
    supergraph,
    logging: false,
    propagateHeaders: {
      fromClientToSubgraphs: ({ request, subgraphName, context }) =>
        forwardedHeaders(subgraphName, request.headers, context.req?.socket.remoteAddress ?? ''),
      fromSubgraphsToClient: ({ response, subgraphName }) =>
        subgraphName === 'gatehouse' ? { 'set-cookie': response.headers.getSetCookie() } : {},
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
