import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate as endOfTurn, setTimeout as sleep } from 'node:timers/promises'
import { errorCode } from '../lib/error-text.ts'
import type { Logger } from '../lib/logger.ts'
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

const maxConnections = 5_000
/** No limit by the parser, which would drop further headers silently. `incomingProblem` refuses such requests. */
const maxHeadersCount = 0
/** How long a stopping server still accepts connections, so that load balancers can see that it is not ready. */
const maxNoticeMs = 1_000
const pollMs = 20

export interface ListenDeps {
  readonly app: Pick<HttpApp, 'requestListener' | 'unparsedResponse' | 'startDraining'>
  readonly hosts: readonly string[]
  /** 0: a free port, the same for every host. */
  readonly port: number
  readonly logger: Logger
  /** Maximum time that `close` waits for running requests. */
  readonly drainSeconds: number
}

export interface Listening {
  readonly addresses: readonly AddressInfo[]
  /** Stops accepting requests, waits for the running ones, and closes all sockets. */
  close(): Promise<void>
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
  for (const host of deps.hosts) {
    try {
      open.push(await openServer(deps, host, open[0]?.address.port ?? deps.port))
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
    close() {
      closing ??= drain(deps, open)
      return closing
    },
  }
}

async function openServer(deps: ListenDeps, host: string, port: number): Promise<OpenServer> {
  const server = createServer(httpServerLimits)
  const connections = new Connections(server)
  server.maxConnections = maxConnections
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

async function drain({ app, drainSeconds, logger }: ListenDeps, open: readonly OpenServer[]): Promise<void> {
  const deadline = performance.now() + drainSeconds * 1000
  const connected = () => open.reduce((sum, { connections }) => sum + connections.size, 0)
  app.startDraining()
  if (connected() > 0) await sleep(Math.min(maxNoticeMs, drainSeconds * 100))
  // Closing resets connections that wait to be accepted. Right after a poll of the sockets there are hardly any.
  await endOfTurn()
  const closed = Promise.all(open.map(({ server }) => stop(server)))
  for (const { connections } of open) connections.destroyIdle()
  while (connected() > 0 && performance.now() < deadline) {
    await sleep(pollMs)
    for (const { connections } of open) connections.destroyIdle()
  }
  if (connected() > 0)
    logger.warn({ connections: connected() }, 'Running requests were aborted after DRAIN_SECONDS.')
  for (const { connections } of open) connections.destroyAll()
  await closed
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
