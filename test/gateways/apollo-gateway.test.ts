import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Closer } from '../../src/lib/concurrency/closer.ts'
import { startApolloGateway } from './support/apollo-gateway.ts'
import { startGraph } from './support/graph.ts'
import type { Served } from './support/loopback.ts'

/** What the gateway of the recipe has to bear by itself: node:http ends the process of a handler that throws. */
describe('Apollo Gateway as the recipe has it', () => {
  const closer = new Closer()
  let gateway: Served
  beforeAll(async () => {
    const graph = await startGraph()
    closer.add('graph', () => graph.close())
    gateway = await startApolloGateway(graph.supergraphWithoutPolicies)
    closer.add('gateway', () => gateway.close())
  })
  afterAll(() => closer.close())

  const post = (body: string, headers = {}) =>
    fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
  const ask = async (query: string) => (await post(JSON.stringify({ query }))).json()

  it.each([
    ['half an object', '{'],
    ['nothing', ''],
    ['a list', '[]'],
    ['a text', '"{ me { id } }"'],
    ['brackets without an end', '['.repeat(90_000)],
    ['no operation', '{}'],
    ['variables that are none', '{"query":"{ me { id } }","variables":7}'],
  ])('answers 400 to a body of %s, and goes on', async (_what, body) => {
    expect((await post(body)).status).toBe(400)
    expect(await ask('{ me { id } }')).toEqual({ data: { me: null } })
  })

  it('answers 413 to a body that is too long, and reads no more of it', async () => {
    const answer = await post(JSON.stringify({ query: '{ me { id } }', x: 'x'.repeat(100_000) }))
    expect([answer.status, (await answer.json()).errors[0].extensions.code]).toEqual([413, 'BAD_USER_INPUT'])
    expect(await ask('{ me { id } }')).toEqual({ data: { me: null } })
  })

  it.each([
    [
      'an address that is none',
      'GET //[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      /^HTTP\/1.1 400 /,
    ],
    ['a method of its own', 'PURGE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', /^HTTP\/1.1 [45]/],
    ['a client that goes away', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{', /^/],
  ])('bears %s', async (_what, request, answered) => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
    socket.write(request)
    if (request.startsWith('POST')) socket.end()
    expect(await text(socket)).toMatch(answered)
    expect(await ask('{ me { id } }')).toEqual({ data: { me: null } })
  })
})
