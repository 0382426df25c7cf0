import type { RevocationStats } from '../../domain/tokens/live-revocations.ts'
import type { FlowDeps } from '../flow-deps.ts'

/** Number of live revocations that this process holds in memory. The caller has checked who may read them. */
export function createFindRevocationStats(deps: Pick<FlowDeps, 'revocations'>) {
  return async function findRevocationStats(): Promise<RevocationStats> {
    return deps.revocations.stats
  }
}
