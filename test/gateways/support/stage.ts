import { afterAll, beforeAll } from 'vitest'
import { Closer } from '../../../src/lib/concurrency/closer.ts'
import { Actor } from '../../support/actor.ts'
import { startApolloGateway } from './apollo-gateway.ts'
import { type Graph, startGraph } from './graph.ts'
import { startHiveGateway } from './hive-gateway.ts'
import { type Served, Wire } from './loopback.ts'

/** The gateways that run in the test process. */
export const gatewayNames = ['Hive Gateway', 'Apollo Gateway'] as const
export type GatewayName = (typeof gatewayNames)[number]

export interface Stage {
  readonly graph: Graph
  /** A client that sends every request through a gateway, from an address in 127.0.0.0/8. */
  client(gateway: GatewayName, address?: string, headers?: Readonly<Record<string, string>>): Actor
}

/** Both gateways in front of one graph, for all tests of a file. */
export function gatewayStage(env: Readonly<Record<string, string>> = {}): () => Stage {
  const closer = new Closer()
  let stage: Stage | null = null
  beforeAll(async () => {
    const graph = await startGraph(env)
    closer.add('graph', () => graph.close())
    const served: Readonly<Record<GatewayName, Served>> = {
      'Hive Gateway': await startHiveGateway(graph.supergraph),
      'Apollo Gateway': await startApolloGateway(graph.supergraphWithoutPolicies),
    }
    for (const [name, { close }] of Object.entries(served)) closer.add(name, close)
    stage = { graph, client: (name, ...where) => clientOf(served[name], graph, ...where) }
  })
  afterAll(() => closer.close())
  return () => {
    if (stage === null) throw new Error('The stage is only available inside tests and hooks.')
    return stage
  }
}

/** A client with a cookie jar of its own. */
export function clientOf(
  { url }: Pick<Served, 'url'>,
  { testApp }: Pick<Graph, 'testApp'>,
  address = '127.0.0.2',
  headers: Readonly<Record<string, string>> = {},
): Actor {
  return new Actor(new Wire(url, address), testApp.config.server.publicUrl, headers)
}
