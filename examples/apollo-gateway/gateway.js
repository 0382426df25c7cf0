// Apollo Gateway in Apollo Server, in front of Gatehouse. The tests of Gatehouse run this file.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway'
import { ApolloServer, HeaderMap } from '@apollo/server'

/**
 * The context of one operation: the client's headers and address, and the cookies and other headers for the response.
 * @typedef {{ headers: HeaderMap, peer: string, setCookies: string[], returned: Map<string, string> }} OperationContext
 */

/** The client's headers that Gatehouse requires. Other subgraphs receive `authorization` and never a cookie or an API key. */
const forwarded = [
  'accept-language',
  'authorization',
  'cookie',
  'origin',
  'sec-fetch-site',
  'user-agent',
  'x-api-key',
  'x-csrf-token',
  'x-request-id',
]

/** Headers of Gatehouse that clients require, besides Set-Cookie. The last response to an operation decides. */
const returned = ['retry-after', 'ratelimit', 'ratelimit-policy']

/** The same limit as in Gatehouse. */
const maxBodyBytes = 100_000

/** A request that is refused before any operation runs. */
class RequestError extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/**
 * Creates a listener for node:http. It does not handle CORS: add a list of allowed origins, with credentials.
 * @param {{ supergraph: string, options?: Partial<import('@apollo/server').ApolloServerOptionsWithGateway<OperationContext>> }} given
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
      handle(server, incoming, outgoing).catch((error) => sendError(outgoing, error))
    },
    stop: () => server.stop(),
  }
}

/** @param {string} name @param {string} url @returns {RemoteGraphQLDataSource<OperationContext>} */
function dataSource(name, url) {
  const isGatehouse = name === 'gatehouse'
  return new RemoteGraphQLDataSource({
    url,
    // The gateway's default fetcher joins several Set-Cookie headers into one.
    fetcher: (target, { method = 'POST', headers = {}, body } = {}) =>
      fetch(target, { method, headers, body: String(body) }),
    willSendRequest({ request, context }) {
      // There is no client while the gateway starts.
      if (context.headers === undefined) return
      for (const header of isGatehouse ? forwarded : ['authorization']) {
        const value = context.headers.get(header)
        if (value !== undefined) request.http?.headers.set(header, value)
      }
      if (!isGatehouse) return
      const before = context.headers.get('x-forwarded-for')
      const addresses = before === undefined ? context.peer : `${before}, ${context.peer}`
      request.http?.headers.set('x-forwarded-for', addresses)
    },
    didReceiveResponse({ response, context }) {
      if (!isGatehouse) return response
      for (const [header, value] of response.http?.headers ?? []) {
        if (header === 'set-cookie') context.setCookies.push(value)
        if (returned.includes(header)) context.returned.set(header, value)
      }
      return response
    },
  })
}

/**
 * Runs one request. Apollo Server keeps one value of each header, so Set-Cookie headers are passed around it.
 * @param {ApolloServer<OperationContext>} server
 * @param {import('node:http').IncomingMessage} incoming
 * @param {import('node:http').ServerResponse} outgoing
 */
async function handle(server, incoming, outgoing) {
  const headers = new HeaderMap()
  for (const [name, values = []] of Object.entries(incoming.headersDistinct))
    headers.set(name, values.join(name === 'cookie' ? '; ' : ', '))
  const peer = incoming.socket.remoteAddress ?? ''
  const context = { headers, peer, setCookies: [], returned: new Map() }
  const { method = 'GET' } = incoming
  const body = method === 'GET' ? null : await readBody(incoming)
  const result = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method, headers, search: searchOf(incoming.url ?? '/'), body },
    context: async () => context,
  })
  outgoing.statusCode = result.status ?? 200
  for (const [name, value] of result.headers) outgoing.setHeader(name, value)
  for (const [name, value] of context.returned) outgoing.setHeader(name, value)
  if (context.setCookies.length > 0) outgoing.setHeader('set-cookie', context.setCookies)
  outgoing.end(result.body.kind === 'complete' ? result.body.string : '')
}

/** @param {import('node:http').IncomingMessage} incoming @returns {Promise<unknown>} */
async function readBody(incoming) {
  const chunks = []
  let length = 0
  // By default, leaving the loop destroys the connection; the client must receive the 413.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    length += chunk.length
    if (length > maxBodyBytes) throw new RequestError(413, `The body is larger than ${maxBodyBytes} bytes.`)
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString() || 'null')
  } catch {
    throw new RequestError(400, 'The body is not valid JSON.')
  }
}

/** @param {string} url */
function searchOf(url) {
  const at = url.indexOf('?')
  return at === -1 ? '' : url.slice(at)
}

/** Sends an error response, so that no request can end the process. @param {import('node:http').ServerResponse} outgoing @param {unknown} error */
function sendError(outgoing, error) {
  if (outgoing.headersSent) {
    outgoing.destroy()
    return
  }
  const isClientError = error instanceof RequestError
  const { status, message } = isClientError ? error : { status: 500, message: 'Unexpected error.' }
  const code = isClientError ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR'
  outgoing.writeHead(status, { 'content-type': 'application/json; charset=utf-8', connection: 'close' })
  outgoing.end(JSON.stringify({ errors: [{ message, extensions: { code } }] }))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { listener } = await createGateway({ supergraph: readFileSync('supergraph.graphql', 'utf8') })
  createServer(listener).listen(Number(process.env.PORT ?? 4002))
}
