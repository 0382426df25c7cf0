import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate as endOfTurn, setTimeout as sleep } from 'node:timers/promises'
import type { DrainReason } from '../lib/concurrency/drain-reason.ts'
import type { AddressSlotLimits } from '../lib/network/address-slots.ts'
import { ConnectionLimiter } from '../lib/network/connection-limiter.ts'
import type { Logger } from '../lib/observation/logger.ts'
import { errorCode } from '../lib/text/error-text.ts'
import { Connections } from './connections.ts'
import type { HttpApp } from './http-app.ts'

/**
 * Time-outs and bounds of the server (OWASP ASVS 5.0, 13.1.3). The socket is closed unless the headers arrive within 5 s
 * and the whole request within 10 s; both are checked every second. Idle connections are kept for 60 s, longer than
 * common proxies keep theirs.
 */
const httpServerLimits = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
} as const

/** An address can have 500 streams of session events; a hundred connections remain. */
const defaultConnectionLimits = { perAddress: 600, total: 5_000 } as const satisfies AddressSlotLimits
/** No limit by the parser, which would drop further headers silently. `incomingProblem` refuses such requests. */
const maxHeadersCount = 0
const pollMs = 20
/** A turn of the event loop that takes less has found hardly anything to accept or to read. */
const quietTurnMs = 1
const maxTurns = 100

export interface ListenDeps {
  readonly app: Pick<HttpApp, 'requestListener' | 'unparsedResponse' | 'shareOf' | 'startDraining'>
  readonly hosts: readonly string[]
  /** 0: a free port, the same for every host. */
  readonly port: number
  readonly logger: Logger
  /** Of all hosts together. Default: 600 of one address, 5000 in total. */
  readonly connectionLimits?: AddressSlotLimits
  /** How long a stopping server still accepts connections, so that load balancers can see that it is not ready. */
  readonly drainNoticeSeconds: number
  /** Maximum time that `close` then waits for running requests. */
  readonly drainSeconds: number
}

export interface Listening {
  readonly addresses: readonly AddressInfo[]
  /** Stops accepting requests, waits for the running ones, and closes all sockets. */
  close(reason?: DrainReason): Promise<void>
}

interface OpenServer {
  readonly server: Server
  readonly connections: Connections
  readonly address: AddressInfo
}

/**
 * Listens on each host. A host that this machine does not have is skipped with a warning if another one works.
 * @throws if the port is in use (the message names PORT) or if no host works
 */
export async function listen(deps: ListenDeps): Promise<Listening> {
  const open: OpenServer[] = []
  const limiter = new ConnectionLimiter({
    ...(deps.connectionLimits ?? defaultConnectionLimits),
    addressOf: ({ remoteAddress = null }) => deps.app.shareOf(remoteAddress),
    logger: deps.logger,
  })
  for (const host of deps.hosts) {
    try {
      open.push(await openServer(deps, limiter, host, open[0]?.address.port ?? deps.port))
    } catch (error) {
      const reason = explain(error, host, deps.port)
      if (reason.missing && deps.hosts.length > 1) deps.logger.warn({ host }, reason.message)
      else {
        await Promise.all(open.map(({ server }) => stop(server)))
        throw new Error(reason.message)
      }
    }
  }
  if (open.length === 0) throw new Error('None of the hosts in HOST exists on this machine.')
  let closing: Promise<void> | null = null
  return {
    addresses: open.map(({ address }) => address),
    close(reason = 'stopping') {
      deps.app.startDraining(reason)
      closing ??= drain(deps, open)
      return closing
    },
  }
}

async function openServer(
  deps: ListenDeps,
  limiter: ConnectionLimiter,
  host: string,
  port: number,
): Promise<OpenServer> {
  const server = createServer(httpServerLimits)
  const connections = new Connections(server, (socket) => limiter.admit(socket))
  server.maxHeadersCount = maxHeadersCount
  const handle: HttpApp['requestListener'] = (incoming, outgoing) => {
    connections.track(incoming.socket, outgoing)
    deps.app.requestListener(incoming, outgoing)
  }
  server.on('request', handle)
  server.on('checkExpectation', handle)
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (socket.writable && !connections.isResponding(socket))
      socket.end(deps.app.unparsedResponse(error.code))
    socket.destroySoon()
  })
  server.listen({ host, port, ipv6Only: host.includes(':') && host !== '::' })
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error(`No address for ${host}.`)
  return { server, connections, address }
}

async function drain(
  { drainNoticeSeconds, drainSeconds, logger }: ListenDeps,
  open: readonly OpenServer[],
): Promise<void> {
  const connected = () => open.reduce((sum, { connections }) => sum + connections.size, 0)
  if (open.some(({ connections }) => connections.recentlyUsed)) await sleep(drainNoticeSeconds * 1000)
  const deadline = performance.now() + drainSeconds * 1000
  await quietTurn()
  const closed = Promise.all(open.map(({ server }) => stop(server)))
  for (const { connections } of open) connections.destroyIdle()
  while (connected() > 0 && performance.now() < deadline) {
    await sleep(pollMs)
    await quietTurn()
    for (const { connections } of open) connections.destroyIdle()
  }
  if (connected() > 0)
    logger.warn({ connections: connected() }, 'Running requests were aborted after DRAIN_SECONDS.')
  for (const { connections } of open) connections.destroyAll()
  await closed
}

/**
 * Closing a server resets the connections that wait to be accepted, and closing a connection resets the request that waits
 * to be read. After a turn of the event loop that had little to do, there are hardly any.
 */
async function quietTurn(): Promise<void> {
  for (let turn = 0; turn < maxTurns; turn += 1) {
    const startedAtMs = performance.now()
    await endOfTurn()
    if (performance.now() - startedAtMs < quietTurnMs) return
  }
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}

function explain(error: unknown, host: string, port: number): { missing: boolean; message: string } {
  const code = errorCode(error)
  if (code === 'EADDRINUSE') {
    return {
      missing: false,
      message: `PORT ${port} is already in use on ${host}. Stop the process that uses it, or set PORT.`,
    }
  }
  if (code === 'EACCES')
    return { missing: false, message: `No permission to listen on PORT ${port}. Set another PORT.` }
  const missing =
    code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT' || code === 'ENOTFOUND' || code === 'EAI_AGAIN'
  return { missing, message: `HOST ${host} does not exist on this machine (${code ?? 'unknown'}).` }
}
