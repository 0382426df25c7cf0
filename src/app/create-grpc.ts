import type { Config } from '../config/config.ts'
import type { Flows } from '../flows/create-flows.ts'
import type { GrpcApp } from '../grpc/grpc-server.ts'
import { ClientAddresses, normaliseAddress } from '../http/request/client-address.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { HealthChecks } from '../lib/observation/health-checks.ts'
import { countTokenChecks } from './count-token-checks.ts'
import type { Protection } from './create-protection.ts'

/** Builds the gRPC edge: token verification and health for other services. */
export function createGrpc(
  config: Config,
  { isUnavailable, ids, logger, metrics, tracer }: Infrastructure,
  { authenticate, chargeCall, verifyToken }: Flows,
  { addressRules, floodGuard }: Protection,
  health: HealthChecks,
): GrpcApp {
  const addresses = new ClientAddresses(config.server)
  return {
    authenticate,
    verifyToken: countTokenChecks(verifyToken, 'grpc', metrics),
    chargeCall,
    addressRules,
    floodGuard,
    resolveAddress: (peer, forwardedFor) => addresses.resolve(normaliseAddress(peer), forwardedFor),
    isReady: async () => (await health.run()).status !== 'unavailable',
    isUnavailable,
    ids,
    logger,
    tracer,
  }
}
