import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { SentStatements } from './sent-statements.ts'

/** `pass` forwards, `refuse` closes new connections, `freeze` accepts them and stays silent, like a suspended process. */
type Mode = 'pass' | 'refuse' | 'freeze'

interface Loss {
  readonly to: string
  readonly afterBytes: number
  /** Whether the connection is cut after that, or stays open and silent. */
  readonly cut: boolean
}

/** A proxy in front of a real server that simulates network failures. */
export class TcpProxy {
  readonly #server: Server
  readonly #url: URL
  #target: URL
  readonly #sockets = new Set<Socket>()
  #mode: Mode = 'pass'
  #loss: Loss | null = null
  /** Length of the answers of the server since the last request that contained this text. */
  #measured: { to: string; bytes: number } | null = null
  /** Delay of each chunk of an answer, in milliseconds. */
  delayMs = 0
  /** Number of answers dropped by `loseAnswer`. */
  lost = 0
  /** Number of chunks that clients have sent: one for each statement. */
  requests = 0

  private constructor(server: Server, target: URL) {
    this.#server = server
    this.#url = target
    this.#target = target
    server.on('connection', (socket) => this.#connect(socket))
  }

  static async open(target: string): Promise<TcpProxy> {
    const server = createServer({ pauseOnConnect: true })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new TcpProxy(server, new URL(target))
  }

  /** The URL of the target through this proxy. */
  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('The proxy is closed.')
    return Object.assign(new URL(this.#url), { hostname: '127.0.0.1', port: String(address.port) }).href
  }

  /** Cuts every connection and refuses new ones. */
  cut(): void {
    this.#mode = 'refuse'
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Stops forwarding without closing connections. */
  freeze(): void {
    this.#mode = 'freeze'
    for (const socket of this.#sockets) socket.pause()
  }

  restore(): void {
    this.#mode = 'pass'
    for (const socket of this.#sockets) socket.resume()
  }

  /**
   * Forwards new connections to another server of the same protocol, as a name does after a failover. Present ones are cut, stay open
   * and silent, like those to a machine that has lost its power, or are kept.
   */
  switchTo(target: string, present: 'cut' | 'silent' | 'kept'): void {
    this.#target = new URL(target)
    for (const socket of this.#sockets) {
      if (present === 'cut') socket.destroy()
      else if (present === 'silent') socket.pause()
    }
  }

  /** Forwards the next request that contains `to`, and only the given number of bytes of its answer. */
  loseAnswer(loss: Loss): void {
    this.#loss = loss
  }

  /** Length in bytes of the answer to the requests that contain `to` while `work` runs. */
  async measureAnswer(to: string, work: () => Promise<unknown>): Promise<number> {
    this.#measured = { to, bytes: 0 }
    await work()
    const { bytes } = this.#measured
    this.#measured = null
    return bytes
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #connect(client: Socket): void {
    if (this.#mode === 'refuse') return void client.destroy()
    const port = Number(this.#target.port)
    const server = connect({ port, host: this.#target.hostname })
    const connection = { loss: null as Loss | null, measured: false, received: 0 }
    const statements = new SentStatements()
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
    }
    client.on('data', (chunk) => {
      this.requests += 1
      const sent = statements.textOf(chunk)
      if (this.#loss !== null && sent.includes(this.#loss.to)) {
        connection.loss = this.#loss
        connection.received = 0
        this.#loss = null
      }
      if (this.#measured !== null) connection.measured = sent.includes(this.#measured.to)
      server.write(chunk)
    })
    server.on('data', (chunk) => void this.#answer(client, chunk, connection))
    if (this.#mode === 'freeze') for (const socket of [client, server]) socket.pause()
    else client.resume()
  }

  async #answer(
    client: Socket,
    chunk: Buffer,
    connection: { loss: Loss | null; measured: boolean; received: number },
  ): Promise<void> {
    if (this.delayMs > 0) await sleep(this.delayMs)
    if (connection.measured && this.#measured !== null) this.#measured.bytes += chunk.length
    const { loss, received } = connection
    connection.received += chunk.length
    if (loss === null || connection.received <= loss.afterBytes) return void client.write(chunk)
    connection.loss = { ...loss, afterBytes: 0 }
    this.lost += 1
    client.write(chunk.subarray(0, Math.max(0, loss.afterBytes - received)))
    if (loss.cut) client.end(() => client.destroy())
  }
}
