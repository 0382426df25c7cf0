import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway'
import { ApolloServer, HeaderMap } from '@apollo/server'
import { forwardedHeaders } from './forwarded-headers.ts'
import { type Served, serve } from './loopback.ts'

/** What one operation carries from the client to the subgraphs and back. */
interface Carried {
  readonly headers: Headers
  readonly peer: string
  readonly setCookies: string[]
}

/** Apollo Gateway in Apollo Server, as docs/gateways/apollo-gateway.md configures them. */
export async function startApolloGateway(supergraph: string): Promise<Served> {
  const gateway = new ApolloGateway({
    supergraphSdl: supergraph,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    buildService: ({ name, url }) => dataSource(name, url ?? ''),
  })
  const server = new ApolloServer<Carried>({ gateway, stopOnTerminationSignals: false })
  await server.start()
  const served = await serve((incoming, outgoing) => {
    answer(server, incoming, outgoing).catch(() => outgoing.destroy())
  })
  return {
    url: served.url,
    async close() {
      await served.close()
      await server.stop()
    },
  }
}

function dataSource(name: string, url: string): RemoteGraphQLDataSource<Carried> {
  return new RemoteGraphQLDataSource<Carried>({
    url,
    // The gateway's own fetcher joins the lines of Set-Cookie.
    fetcher: async (target, init = {}) =>
      await fetch(target, { method: 'POST', headers: init.headers ?? {}, body: String(init.body) }),
    willSendRequest({ request, context }) {
      // While the gateway loads there is no client.
      if (context.headers === undefined) return
      for (const [header, value] of Object.entries(forwardedHeaders(name, context.headers, context.peer))) {
        request.http?.headers.set(header, value)
      }
    },
    didReceiveResponse({ response, context }) {
      if (name === 'gatehouse' && response.http !== undefined) {
        for (const [header, value] of response.http.headers) {
          if (header === 'set-cookie') context.setCookies.push(value)
        }
      }
      return response
    },
  })
}

/** Apollo Server keeps one value of each header: Set-Cookie goes past it. */
async function answer(
  server: ApolloServer<Carried>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const headers = new HeaderMap()
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    headers.set(name, (values ?? []).join(name === 'cookie' ? '; ' : ', '))
  }
  const carried: Carried = {
    headers: new Headers([...headers]),
    peer: incoming.socket.remoteAddress ?? '',
    setCookies: [],
  }
  const {
    status,
    headers: answered,
    body,
  } = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: incoming.method ?? 'GET',
      headers,
      search: new URL(incoming.url ?? '/', 'http://localhost').search,
      body: JSON.parse((await text(incoming)) || 'null'),
    },
    context: async () => carried,
  })
  outgoing.statusCode = status ?? 200
  for (const [name, value] of answered) outgoing.setHeader(name, value)
  if (carried.setCookies.length > 0) outgoing.setHeader('set-cookie', carried.setCookies)
  outgoing.end(body.kind === 'complete' ? body.string : '')
}
