import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The open sockets of a server, and the answers that are being made on each. */
export class Connections {
  readonly #running = new Map<Socket, Set<ServerResponse>>()

  constructor(server: Server) {
    server.on('connection', (socket) => {
      this.#running.set(socket, new Set())
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
    outgoing.once('close', () => running?.delete(outgoing))
  }

  /** Whether part of an answer is on its way already, so that nothing else may be written. */
  isAnswering(socket: Socket): boolean {
    return [...(this.#running.get(socket) ?? [])].some((outgoing) => outgoing.headersSent)
  }

  destroyIdle(): void {
    for (const [socket, running] of this.#running) if (running.size === 0) socket.destroy()
  }

  destroyAll(): void {
    for (const socket of this.#running.keys()) socket.destroy()
  }
}
