import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Closer } from '../../src/lib/concurrency/closer.ts'
import { EventStream } from '../support/event-stream.ts'
import { signIn, signUp } from '../support/people.ts'
import { type Graph, startGraph } from './support/graph.ts'
import { startHiveGateway } from './support/hive-gateway.ts'
import type { Served } from './support/loopback.ts'
import { clientOf } from './support/stage.ts'

const query = 'subscription { sessionEvents { type sessionId } }'

describe('sessionEvents through Hive Gateway', () => {
  const closer = new Closer()
  let graph: Graph
  let gateway: Served
  beforeAll(async () => {
    graph = await startGraph()
    closer.add('graph', () => graph.close())
    gateway = await startHiveGateway(graph.supergraph)
    closer.add('gateway', () => gateway.close())
  })
  afterAll(() => closer.close())

  it('arrive when they happen, and only at their own account', async () => {
    const ada = await signUp(clientOf(gateway, graph))
    const stream = await listen(ada.accessToken)
    await signUp(clientOf(gateway, graph))
    const { sessionId } = await signIn(clientOf(gateway, graph), ada.email)
    expect(await stream.next()).toEqual({ data: { sessionEvents: { type: 'NEW_SESSION', sessionId } } })
    await stream.close()
  })

  it('refuse strangers with code and reason', async () => {
    const stream = await listen('none')
    expect(await stream.next()).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED', reason: 'TOKEN_INVALID' } }],
    })
    await stream.close()
  })

  async function listen(accessToken: string): Promise<EventStream> {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${accessToken}`,
      },
      body: JSON.stringify({ query }),
    })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    return new EventStream(response)
  }
})
