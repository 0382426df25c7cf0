import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A connection younger than this is likely to send its first request soon, unless it is a probe. */
const newConnectionMs = 500

const recentMs = 60_000

/** The open sockets of a server, and the responses in progress on each. */
export class Connections {
  readonly #running = new Map<Socket, Set<ServerResponse>>()
  readonly #openedAtMs = new WeakMap<Socket, number>()
  #lastOpenedAtMs = Number.NEGATIVE_INFINITY

  /** @param admit whether the server keeps a new connection */
  constructor(server: Server, admit: (socket: Socket) => boolean) {
    server.on('connection', (socket) => {
      if (!admit(socket)) return
      this.#running.set(socket, new Set())
      this.#lastOpenedAtMs = performance.now()
      this.#openedAtMs.set(socket, this.#lastOpenedAtMs)
      socket.once('close', () => this.#running.delete(socket))
    })
  }

  get size(): number {
    return this.#running.size
  }

  /** Whether there is a connection, or was one recently: load balancers and their probes connect more often than that. */
  get recentlyUsed(): boolean {
    return this.#running.size > 0 || performance.now() - this.#lastOpenedAtMs < recentMs
  }

  /** Registers a response until it was sent or aborted. */
  track(socket: Socket, outgoing: ServerResponse): void {
    const running = this.#running.get(socket)
    running?.add(outgoing)
    this.#openedAtMs.delete(socket)
    outgoing.once('close', () => running?.delete(outgoing))
  }

  /** Whether a response has begun to be sent, so that nothing else must be written to the socket. */
  isResponding(socket: Socket): boolean {
    return [...(this.#running.get(socket) ?? [])].some((outgoing) => outgoing.headersSent)
  }

  /** Closes the connections without a running request, except new ones, whose first request may be on its way. */
  destroyIdle(): void {
    const now = performance.now()
    for (const [socket, running] of this.#running) {
      const openedAtMs = this.#openedAtMs.get(socket)
      const isNew = openedAtMs !== undefined && now - openedAtMs < newConnectionMs
      if (running.size === 0 && !isNew) socket.destroy()
    }
  }

  destroyAll(): void {
    for (const socket of this.#running.keys()) socket.destroy()
  }
}
