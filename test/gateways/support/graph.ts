import { parse } from 'graphql'
import { withoutPolicies } from '../../../examples/apollo-gateway/without-policies.js'
import { startPosts } from '../../../examples/subgraph-posts/posts.js'
import { listen } from '../../../src/http/listen.ts'
import { Closer } from '../../../src/lib/closer.ts'
import { silentLogger } from '../../../src/lib/logger.ts'
import { createTestApp, type TestApp } from '../../support/test-app.ts'
import { type Composed, composeByApollo, composeByGuild } from './composition.ts'

/** Gatehouse and the posts subgraph on loopback sockets, and their supergraph. */
export interface Graph {
  readonly testApp: TestApp
  /** The GraphQL endpoint of Gatehouse, without a gateway. */
  readonly url: string
  readonly supergraph: string
  /** The supergraph for gateways that refuse `@authenticated` and `@requiresScopes`. */
  readonly supergraphWithoutPolicies: string
  close(): Promise<void>
}

/** Starts both. Loopback gateways are trusted proxies unless `env` overrides it. */
export async function startGraph(env: Readonly<Record<string, string>> = {}): Promise<Graph> {
  const closer = new Closer()
  const testApp = await createTestApp({ env: { TRUSTED_PROXIES: '127.0.0.1', ...env } })
  closer.add('service', () => testApp.close())
  const { app, config } = testApp
  const listening = await listen({
    app,
    hosts: ['127.0.0.1'],
    port: 0,
    logger: silentLogger,
    drainNoticeSeconds: 0,
    drainSeconds: 0,
  })
  closer.add('http', () => listening.close())
  const base = `http://127.0.0.1:${listening.addresses[0]?.port}`
  const { issuer, audience } = config.tokens
  const posts = await startPosts({ issuer, audience, jwksUrl: `${base}/.well-known/jwks.json` })
  closer.add('posts', () => posts.close())
  const [gatehouseSdl, postsSdl] = await Promise.all([sdlOf(`${base}/graphql`), sdlOf(posts.url)])
  const gatehouse = { name: 'gatehouse', url: `${base}/graphql`, typeDefs: parse(gatehouseSdl) }
  const postsSubgraph = { name: 'posts', url: posts.url, typeDefs: parse(postsSdl) }
  return {
    testApp,
    url: gatehouse.url,
    supergraph: supergraphOf(composeByGuild([gatehouse, postsSubgraph])),
    supergraphWithoutPolicies: supergraphOf(
      composeByApollo([{ ...gatehouse, typeDefs: parse(withoutPolicies(gatehouseSdl)) }, postsSubgraph]),
    ),
    close: () => closer.close(),
  }
}

function supergraphOf({ supergraph, errors }: Composed): string {
  if (supergraph === undefined) throw new Error(errors.join('\n'))
  return supergraph
}

async function sdlOf(url: string): Promise<string> {
  const body = JSON.stringify({ query: '{ _service { sdl } }' })
  const headers = { 'content-type': 'application/json' }
  const answer = await (await fetch(url, { method: 'POST', headers, body })).json()
  return answer.data._service.sdl
}
