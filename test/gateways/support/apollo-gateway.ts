import { createGateway } from '../../../examples/apollo-gateway/gateway.js'
import { type Served, serve } from './loopback.ts'

/** Apollo Gateway in Apollo Server, started by the same file that docs/gateways/apollo-gateway.md describes. */
export async function startApolloGateway(supergraph: string): Promise<Served> {
  const { listener, stop } = await createGateway({ supergraph, options: { stopOnTerminationSignals: false } })
  const served = await serve(listener)
  return {
    url: served.url,
    async close() {
      await served.close()
      await stop()
    },
  }
}
