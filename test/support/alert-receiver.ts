import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'

export interface ReceivedAlert {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** An HTTP server that receives alerts. */
export class AlertReceiver {
  readonly #server: Server
  readonly received: ReceivedAlert[] = []
  /** Status of its answers; null leaves requests unanswered. */
  status: number | null = 204

  private constructor() {
    this.#server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request.setEncoding('utf8')) body += chunk
      this.received.push({ headers: request.headers, body })
      if (this.status === null) return
      response.writeHead(this.status, { location: '/elsewhere' }).end('x'.repeat(100_000))
    })
  }

  static async open(): Promise<AlertReceiver> {
    const receiver = new AlertReceiver()
    receiver.#server.listen(0, '127.0.0.1')
    await once(receiver.#server, 'listening')
    return receiver
  }

  /** Contains a secret, like the webhook URLs of chat services. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/hooks/s3same?token=s3same`
  }

  get port(): number {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('The receiver is closed.')
    return address.port
  }

  /** The bodies, parsed. */
  get notices(): readonly Record<string, unknown>[] {
    return this.received.map(({ body }) => JSON.parse(body))
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

/** Checks the signature as the documentation requires of receivers. */
export function isSigned({ headers, body }: ReceivedAlert, secret: string, nowSeconds: number): boolean {
  const [, t, v1] = /^t=([0-9]+),v1=([0-9a-f]{64})$/.exec(String(headers['x-gatehouse-signature'])) ?? []
  const expected = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')
  return v1 === expected && Math.abs(nowSeconds - Number(t)) < 300
}
