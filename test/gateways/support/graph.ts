import { parse } from 'graphql'
import { withoutPolicies } from '../../../examples/apollo-gateway/without-policies.js'
import { startPosts } from '../../../examples/subgraph-posts/posts.js'
import { listen } from '../../../src/http/listen.ts'
import { Closer } from '../../../src/lib/concurrency/closer.ts'
import { silentLogger } from '../../../src/lib/observation/logger.ts'
import { createTestApp, type TestApp } from '../../support/test-app.ts'
import { type Composed, composeByApollo, composeByGuild } from './composition.ts'
import type { Served } from './loopback.ts'

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

/** Starts a subgraph beside Gatehouse, whose origin is `base`. */
export type StartSubgraph = (gatehouse: {
  readonly base: string
  readonly testApp: TestApp
}) => Promise<Served & { readonly name: string }>

/** Starts Gatehouse, the posts and more subgraphs. Loopback gateways are trusted proxies unless `env` overrides it. */
export async function startGraph(
  env: Readonly<Record<string, string>> = {},
  more: readonly StartSubgraph[] = [],
): Promise<Graph> {
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
  const startPostsThere: StartSubgraph = async () => ({
    name: 'posts',
    ...(await startPosts({ issuer, audience, jwksUrl: `${base}/.well-known/jwks.json` })),
  })
  const subgraphs = [{ name: 'gatehouse', url: `${base}/graphql`, sdl: await sdlOf(`${base}/graphql`) }]
  for (const start of [startPostsThere, ...more]) {
    const { name, url, close } = await start({ base, testApp })
    closer.add(name, close)
    subgraphs.push({ name, url, sdl: await sdlOf(url) })
  }
  const parsed = (change: (sdl: string) => string) =>
    subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(change(sdl)) }))
  return {
    testApp,
    url: `${base}/graphql`,
    supergraph: supergraphOf(composeByGuild(parsed((sdl) => sdl))),
    supergraphWithoutPolicies: supergraphOf(composeByApollo(parsed(withoutPolicies))),
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
