import type { VerifyToken } from '../flows/tokens/verify-token.ts'
import type { Metrics } from '../lib/observation/metrics.ts'

/** Where another service asks. */
type VerificationInterface = 'graphql' | 'rest' | 'grpc'

/** A verification whose verdicts and durations are counted. */
export function countTokenChecks(
  verifyToken: VerifyToken,
  via: VerificationInterface,
  metrics: Metrics,
): VerifyToken {
  return async function verifyCountedToken(token, requiredPermissions) {
    const startedMs = performance.now()
    const verdict = await verifyToken(token, requiredPermissions)
    metrics.observe('token_check', (performance.now() - startedMs) / 1000, via)
    metrics.count('token_checks', via, verdict.reason ?? 'ACTIVE')
    return verdict
  }
}
