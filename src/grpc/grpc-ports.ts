import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { AddressSlotLimits } from '../lib/network/address-slots.ts'
import { ConnectionLimiter } from '../lib/network/connection-limiter.ts'
import type { Logger } from '../lib/observation/logger.ts'
import { type GrpcAuthDeps, shareOf } from './grpc-auth.ts'

const defaultConnectionLimits: AddressSlotLimits = { perAddress: 100, total: 1_000 }
/** The same limit as for the headers of a request over HTTP. */
const firstByteMs = 5_000

export interface GrpcPortsDeps {
  readonly app: Pick<GrpcAuthDeps, 'resolveAddress' | 'addressRules'>
  readonly hosts: readonly string[]
  /** 0: a free port, the same for every host. */
  readonly port: number
  readonly logger: Logger
  readonly connectionLimits?: AddressSlotLimits
}

export interface GrpcPorts {
  readonly port: number
  /** Whether there is a connection. */
  readonly connected: boolean
  /** Accepts no more connections, and closes those that have sent nothing. */
  close(): void
}

/**
 * Listens on each host and passes connections on, since the gRPC library bounds neither their number nor the time until
 * they send something. A host that cannot be bound is skipped with a warning if another one works.
 * @throws if no host can be bound
 */
export async function listenAll(deps: GrpcPortsDeps, pass: (socket: Socket) => void): Promise<GrpcPorts> {
  const { hosts, logger } = deps
  const limiter = new ConnectionLimiter({
    ...(deps.connectionLimits ?? defaultConnectionLimits),
    addressOf: ({ remoteAddress = null }) => shareOf(deps.app, remoteAddress),
    logger,
  })
  const open = new Set<Socket>()
  const silent = new Set<Socket>()
  const accept = (socket: Socket) => {
    if (!limiter.admit(socket)) return
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    silent.add(socket)
    passWhenReadable(socket, () => {
      silent.delete(socket)
      if (!socket.destroyed) pass(socket)
    })
  }
  const servers: Server[] = []
  let port: number | null = null
  for (const host of hosts) {
    try {
      const server = await listen(host, port ?? deps.port, accept)
      servers.push(server)
      port ??= portOf(server)
    } catch (error) {
      logger.warn(
        { host, port: port ?? deps.port, error: String(error) },
        'gRPC cannot listen on this address.',
      )
    }
  }
  if (port === null)
    throw new Error(`gRPC cannot listen on port ${deps.port} of any host: see GRPC_PORT and HOST.`)
  return {
    port,
    get connected() {
      return open.size > 0
    },
    close() {
      for (const server of servers) server.close()
      for (const socket of silent) socket.destroy()
    },
  }
}

/** Calls back once bytes have arrived, which stay in the buffer of the socket, or when it was closed. */
function passWhenReadable(socket: Socket, done: () => void): void {
  const timer = setTimeout(() => socket.destroy(), firstByteMs)
  const ignore = () => undefined
  const finish = () => {
    clearTimeout(timer)
    socket.off('readable', finish).off('close', finish).off('error', ignore)
    done()
  }
  socket.on('error', ignore).once('readable', finish).once('close', finish)
}

async function listen(host: string, port: number, accept: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ noDelay: true }, accept)
  server.listen({ host, port, ipv6Only: host.includes(':') && host !== '::' })
  await once(server, 'listening')
  return server
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The gRPC port has no address.')
  return address.port
}
