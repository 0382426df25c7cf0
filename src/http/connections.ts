import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A connection this young is about to bring its first request, unless it is a probe. */
const newMs = 500

/** The open sockets of a server, and the answers that are being made on each. */
export class Connections {
  readonly #running = new Map<Socket, Set<ServerResponse>>()
  readonly #openedAtMs = new WeakMap<Socket, number>()

  constructor(server: Server) {
    server.on('connection', (socket) => {
      this.#running.set(socket, new Set())
      this.#openedAtMs.set(socket, performance.now())
      socket.once('close', () => this.#running.delete(socket))
    })
  }

  get size(): number {
    return this.#running.size
  }

  /** Remembers an answer until it has been given or cut. */
  track(socket: Socket, outgoing: ServerResponse): void {
    const running = this.#running.get(socket)
    running?.add(outgoing)
    this.#openedAtMs.delete(socket)
    outgoing.once('close', () => running?.delete(outgoing))
  }

  /** Whether part of an answer is on its way already, so that nothing else may be written. */
  isAnswering(socket: Socket): boolean {
    return [...(this.#running.get(socket) ?? [])].some((outgoing) => outgoing.headersSent)
  }

  /** Closes what no request runs on, but for connections that have just been made: theirs may be on its way. */
  destroyIdle(): void {
    const now = performance.now()
    for (const [socket, running] of this.#running) {
      const openedAtMs = this.#openedAtMs.get(socket)
      const isNew = openedAtMs !== undefined && now - openedAtMs < newMs
      if (running.size === 0 && !isNew) socket.destroy()
    }
  }

  destroyAll(): void {
    for (const socket of this.#running.keys()) socket.destroy()
  }
}
