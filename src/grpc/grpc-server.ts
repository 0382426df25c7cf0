import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import { ReflectionService } from '@grpc/reflection'
import type { DrainReason } from '../lib/concurrency/drain-reason.ts'
import type { AddressSlotLimits } from '../lib/network/address-slots.ts'
import type { Logger } from '../lib/observation/logger.ts'
import { createCallGuard } from './call-guard.ts'
import { type GrpcPorts, listenAll } from './grpc-ports.ts'
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
  /** How long a stopping server still accepts calls, so that load balancers can see that it is not serving. */
  readonly drainNoticeSeconds: number
  /** Maximum time that `close` then waits for running calls. */
  readonly drainSeconds: number
  readonly logger: Logger
  /** Maximum time for a request to arrive. Default: 10 s. */
  readonly requestLimitMs?: number
  /** Of all hosts together. Default: 100 of one address, 1000 in total. */
  readonly connectionLimits?: AddressSlotLimits
}

export interface GrpcListening {
  readonly port: number
  /** Reports NOT_SERVING, then accepts no new calls, and waits for the running ones. */
  close(reason?: DrainReason): Promise<void>
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
  const credentials = deps.tls === null ? ServerCredentials.createInsecure() : readCredentials(deps.tls)
  const injector = server.createConnectionInjector(credentials)
  const ports = await listenAll(deps, (socket) => injector.injectConnection(socket))
  let closing: Promise<void> | null = null
  return {
    port: ports.port,
    close(reason = 'stopping') {
      // Clients of a process that is replaced connect again, to the same port.
      if (reason === 'stopping') health.startDraining()
      closing ??= drain(server, ports, deps)
      return closing
    },
  }
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

async function drain(
  server: Server,
  ports: GrpcPorts,
  { drainNoticeSeconds, drainSeconds }: ListenGrpcDeps,
): Promise<void> {
  if (ports.connected) await sleep(drainNoticeSeconds * 1000)
  ports.close()
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => server.forceShutdown(), drainSeconds * 1000)
    server.tryShutdown(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
