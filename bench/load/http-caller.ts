import { Agent, request } from 'node:http'

/** One HTTP request: a POST with a JSON body, unless it has none. */
export interface Call {
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface Reply {
  readonly status: number
  readonly body: string
  readonly cookies: readonly string[]
}

/** A service limits the connections of one address. Linux has as many loopback addresses as callers need; others have one. */
const connectionsPerAddress = 100
const addressOf = (caller: number) =>
  process.platform === 'linux' ? `127.0.0.${2 + Math.floor(caller / connectionsPerAddress)}` : '127.0.0.1'

/** A request without an answer in this time has failed, so that no measurement waits forever. */
const answerMs = 60_000

/** A client with one connection that is kept open. */
export class HttpCaller {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1, timeout: answerMs })
  readonly #url: URL
  readonly #localAddress: string

  constructor(url: string, caller: number) {
    this.#url = new URL(url)
    this.#localAddress = addressOf(caller)
  }

  send(call: Call): Promise<Reply> {
    const { path, headers, body } = call
    const text = body === undefined ? undefined : JSON.stringify(body)
    const { hostname, port } = this.#url
    return new Promise((resolve, reject) => {
      const sent = request({
        agent: this.#agent,
        hostname,
        port,
        path,
        localAddress: this.#localAddress,
        method: text === undefined ? 'GET' : 'POST',
        headers: {
          'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
          accept: 'application/json',
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...headers,
        },
      })
      // The server closes a connection that was idle for long. The request is sent again on a new one, as browsers do.
      const fail = (error: Error) =>
        sent.reusedSocket && 'code' in error && error.code === 'ECONNRESET'
          ? resolve(this.send(call))
          : reject(error)
      sent.on('error', fail).on('timeout', () => sent.destroy(noAnswer()))
      sent.on('response', (response) => {
        const chunks: Buffer[] = []
        response.on('error', reject).on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString(),
            cookies: response.headers['set-cookie'] ?? [],
          }),
        )
      })
      sent.end(text)
    })
  }

  /** Opens a stream of events on a connection of its own. Returns a function that closes it. @throws if it is refused */
  open({ path, headers, body }: Call): Promise<() => void> {
    const { hostname, port } = this.#url
    return new Promise((resolve, reject) => {
      const sent = request({
        agent: false,
        hostname,
        port,
        path,
        localAddress: this.#localAddress,
        method: 'POST',
        timeout: answerMs,
        headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...headers },
      })
      sent.on('error', reject).once('timeout', () => sent.destroy(noAnswer()))
      sent.on('response', (response) => {
        sent.removeAllListeners('timeout')
        response.on('error', () => undefined).resume()
        if (response.statusCode === 200) resolve(() => sent.destroy())
        else reject(new Error(`A stream was refused with status ${response.statusCode}.`))
      })
      sent.end(JSON.stringify(body))
    })
  }
}

function noAnswer(): Error {
  return new Error(`No answer within ${answerMs / 1000} s.`)
}
