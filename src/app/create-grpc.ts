import type { Config } from '../config/config.ts'
import type { Flows } from '../flows/create-flows.ts'
import type { GrpcApp } from '../grpc/grpc-server.ts'
import { ClientAddresses, normaliseAddress } from '../http/request/client-address.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import { isReady, shareChecks } from '../lib/observation/readiness.ts'
import type { Protection } from './create-protection.ts'

/** Builds the gRPC edge: token verification and health for other services. */
export function createGrpc(
  config: Config,
  { isUnavailable, ids, logger, readiness }: Infrastructure,
  { authenticate, verifyToken }: Flows,
  { rateLimits, addressRules, floodGuard }: Protection,
): GrpcApp {
  const addresses = new ClientAddresses(config.server)
  const runChecks = shareChecks(readiness)
  return {
    authenticate,
    verifyToken,
    rateLimits,
    addressRules,
    floodGuard,
    resolveAddress: (peer, forwardedFor) => addresses.resolve(normaliseAddress(peer), forwardedFor),
    isReady: async () => isReady(await runChecks()),
    isUnavailable,
    ids,
    logger,
  }
}
