// Apollo Gateway in Apollo Server before Gatehouse. The tests of Gatehouse run this very file.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway'
import { ApolloServer, HeaderMap } from '@apollo/server'

/**
 * What one operation carries from the client to the subgraphs and back.
 * @typedef {{ headers: HeaderMap, peer: string, setCookies: string[] }} Carried
 */

/** What Gatehouse wants to see of a client's request. Other subgraphs get who asks, and never a cookie or a key. */
const forwarded = [
  'authorization',
  'cookie',
  'origin',
  'sec-fetch-site',
  'user-agent',
  'x-api-key',
  'x-csrf-token',
  'x-request-id',
]

/** In bytes; that of Gatehouse. */
const bodyLimit = 100_000

/** A request that no operation comes of. */
class Refusal extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/**
 * A listener for node:http. CORS is not its business: put a list of origins with credentials before it.
 * @param {{ supergraph: string, options?: Partial<import('@apollo/server').ApolloServerOptionsWithGateway<Carried>> }} given
 * @returns {Promise<{ listener: import('node:http').RequestListener, stop(): Promise<void> }>}
 */
export async function createGateway({ supergraph, options = {} }) {
  const gateway = new ApolloGateway({
    supergraphSdl: supergraph,
    buildService: ({ name, url = '' }) => dataSource(name, url),
  })
  const server = new ApolloServer({ gateway, ...options })
  await server.start()
  return {
    listener: (incoming, outgoing) => {
      answer(server, incoming, outgoing).catch((error) => refuse(outgoing, error))
    },
    stop: () => server.stop(),
  }
}

/** @param {string} name @param {string} url @returns {RemoteGraphQLDataSource<Carried>} */
function dataSource(name, url) {
  const isGatehouse = name === 'gatehouse'
  return new RemoteGraphQLDataSource({
    url,
    // The gateway's own fetcher joins the lines of Set-Cookie.
    fetcher: (target, { method = 'POST', headers = {}, body } = {}) =>
      fetch(target, { method, headers, body: String(body) }),
    willSendRequest({ request, context }) {
      // While the gateway loads there is no client.
      if (context.headers === undefined) return
      for (const header of isGatehouse ? forwarded : ['authorization']) {
        const value = context.headers.get(header)
        if (value !== undefined) request.http?.headers.set(header, value)
      }
      if (!isGatehouse) return
      const before = context.headers.get('x-forwarded-for')
      const all = before === undefined ? context.peer : `${before}, ${context.peer}`
      request.http?.headers.set('x-forwarded-for', all)
    },
    didReceiveResponse({ response, context }) {
      if (!isGatehouse) return response
      for (const [header, value] of response.http?.headers ?? [])
        if (header === 'set-cookie') context.setCookies.push(value)
      return response
    },
  })
}

/**
 * Apollo Server keeps one value of each header: Set-Cookie goes past it.
 * @param {ApolloServer<Carried>} server
 * @param {import('node:http').IncomingMessage} incoming
 * @param {import('node:http').ServerResponse} outgoing
 */
async function answer(server, incoming, outgoing) {
  const headers = new HeaderMap()
  for (const [name, values = []] of Object.entries(incoming.headersDistinct))
    headers.set(name, values.join(name === 'cookie' ? '; ' : ', '))
  const carried = { headers, peer: incoming.socket.remoteAddress ?? '', setCookies: [] }
  const { method = 'GET' } = incoming
  const body = method === 'GET' ? null : await bodyOf(incoming)
  const answered = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method, headers, search: searchOf(incoming.url ?? '/'), body },
    context: async () => carried,
  })
  outgoing.statusCode = answered.status ?? 200
  for (const [name, value] of answered.headers) outgoing.setHeader(name, value)
  if (carried.setCookies.length > 0) outgoing.setHeader('set-cookie', carried.setCookies)
  outgoing.end(answered.body.kind === 'complete' ? answered.body.string : '')
}

/** @param {import('node:http').IncomingMessage} incoming @returns {Promise<unknown>} */
async function bodyOf(incoming) {
  const chunks = []
  let length = 0
  // Whoever sends too much is told so: leaving the loop would else close the connection.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    length += chunk.length
    if (length > bodyLimit) throw new Refusal(413, `A body has at most ${bodyLimit} bytes.`)
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString() || 'null')
  } catch {
    throw new Refusal(400, 'The body is not valid JSON.')
  }
}

/** @param {string} url */
function searchOf(url) {
  const at = url.indexOf('?')
  return at === -1 ? '' : url.slice(at)
}

/** No request, whatever it is, ends the process. @param {import('node:http').ServerResponse} outgoing @param {unknown} error */
function refuse(outgoing, error) {
  if (outgoing.headersSent) {
    outgoing.destroy()
    return
  }
  const refused = error instanceof Refusal
  const { status, message } = refused ? error : { status: 500, message: 'Unexpected error.' }
  const code = refused ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR'
  outgoing.writeHead(status, { 'content-type': 'application/json; charset=utf-8', connection: 'close' })
  outgoing.end(JSON.stringify({ errors: [{ message, extensions: { code } }] }))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { listener } = await createGateway({ supergraph: readFileSync('supergraph.graphql', 'utf8') })
  createServer(listener).listen(Number(process.env.PORT ?? 4000))
}
