import { readFileSync } from 'node:fs'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import { ReflectionService } from '@grpc/reflection'
import type { Logger } from '../lib/logger.ts'
import { createCallGuard } from './call-guard.ts'
import { HealthService } from './health-service.ts'
import { healthService, loadDefinitions, serviceOf, verificationService } from './proto-definitions.ts'
import { createTokenVerifier, type TokenVerifierDeps } from './token-verifier.ts'

/** Dependencies of the gRPC services. */
export interface GrpcApp extends TokenVerifierDeps {
  /** The same result as `/health/ready`; never rejects. */
  isReady(): Promise<boolean>
}

/** Paths of PEM files. */
export interface GrpcTls {
  readonly certificate: string
  readonly key: string
  /** Null: clients need no certificate. */
  readonly clientCa: string | null
}

export interface ListenGrpcDeps {
  readonly app: GrpcApp
  readonly hosts: readonly string[]
  /** 0: a free port, the same for every host. */
  readonly port: number
  /** Null: connections are not encrypted. */
  readonly tls: GrpcTls | null
  /** Maximum time that `close` waits for running calls. */
  readonly drainSeconds: number
  readonly logger: Logger
  /** Maximum time for a request to arrive. Default: 10 s. */
  readonly requestLimitMs?: number
}

export interface GrpcListening {
  readonly port: number
  /** Reports NOT_SERVING, accepts no new calls, and waits for the running ones. */
  close(): Promise<void>
}

const options = {
  /** A batch of 100 tokens of maximum length with their required permissions. */
  'grpc.max_receive_message_length': 1_000_000,
  /** Per connection. Further calls of the client wait, or use another connection. */
  'grpc.max_concurrent_streams': 100,
  /** Headers of a call: an API key and headers of proxies. */
  'grpc.max_metadata_size': 16_384,
  /** Clients reconnect when necessary; keepalive detects peers that disappeared. */
  'grpc.max_connection_idle_ms': 300_000,
  'grpc.max_connection_age_ms': 1_800_000,
  'grpc.max_connection_age_grace_ms': 30_000,
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 20_000,
} as const

/**
 * Serves token verification, health and reflection on one port.
 * @throws if the port is in use or a certificate cannot be read
 */
export async function listenGrpc(deps: ListenGrpcDeps): Promise<GrpcListening> {
  const definitions = loadDefinitions()
  const health = new HealthService(deps.app)
  const server = new Server({ ...options, interceptors: [createCallGuard(deps.app, deps.requestLimitMs)] })
  server.addService(serviceOf(definitions, verificationService), createTokenVerifier(deps.app))
  server.addService(serviceOf(definitions, healthService), health.handlers)
  new ReflectionService(definitions).addToServer(server)
  const port = await bindAll(server, deps)
  let closing: Promise<void> | null = null
  return {
    port,
    close() {
      health.startDraining()
      closing ??= stop(server, deps.drainSeconds)
      return closing
    },
  }
}

/** A host that cannot be bound is skipped with a warning if another one works. */
async function bindAll(server: Server, { hosts, port, tls, logger }: ListenGrpcDeps): Promise<number> {
  const credentials = tls === null ? ServerCredentials.createInsecure() : readCredentials(tls)
  let bound: number | null = null
  for (const host of hosts) {
    const address = `${host.includes(':') ? `[${host}]` : host}:${bound ?? port}`
    try {
      bound = await bind(server, address, credentials)
    } catch (error) {
      logger.warn({ address, error: String(error) }, 'gRPC cannot listen on this address.')
    }
  }
  if (bound === null)
    throw new Error(`gRPC cannot listen on port ${port} of any host: see GRPC_PORT and HOST.`)
  return bound
}

function bind(server: Server, address: string, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) => (error === null ? resolve(port) : reject(error)))
  })
}

function readCredentials({ certificate, key, clientCa }: GrpcTls): ServerCredentials {
  const pair = {
    cert_chain: readPem('GRPC_TLS_CERT', certificate),
    private_key: readPem('GRPC_TLS_KEY', key),
  }
  const ca = clientCa === null ? null : readPem('GRPC_TLS_CLIENT_CA', clientCa)
  return ServerCredentials.createSsl(ca, [pair], ca !== null)
}

function readPem(variable: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new Error(`${variable} names a file that cannot be read.`, { cause })
  }
}

function stop(server: Server, drainSeconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.forceShutdown(), drainSeconds * 1000)
    server.tryShutdown(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
