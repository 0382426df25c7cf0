import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http'

export interface Served {
  readonly url: string
  close(): Promise<void>
}

/** Listens on a free loopback port. */
export async function serve(listener: RequestListener): Promise<Served> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return {
    url: `http://127.0.0.1:${address.port}/graphql`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Sends every request to one URL, through a real socket with a local address of its own in 127.0.0.0/8. */
export class Wire {
  readonly #url: string
  readonly #localAddress: string

  constructor(url: string, localAddress: string) {
    this.#url = url
    this.#localAddress = localAddress
  }

  async fetch(request: Request): Promise<Response> {
    const outgoing = httpRequest(this.#url, {
      method: request.method,
      headers: Object.fromEntries(request.headers),
      localAddress: this.#localAddress,
      agent: false,
    })
    outgoing.end(await request.text())
    const [incoming]: IncomingMessage[] = await once(outgoing, 'response')
    if (incoming === undefined) throw new Error('No response came.')
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const headers = new Headers()
    for (const [name, values] of Object.entries(incoming.headersDistinct)) {
      for (const value of values ?? []) headers.append(name, value)
    }
    return new Response(Buffer.concat(chunks), { status: incoming.statusCode ?? 0, headers })
  }
}
