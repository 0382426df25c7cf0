import type { OwnedFactorSummary } from '../../domain/factors/factor-summary.ts'
import { requiresFactor } from '../../domain/factors/mfa-policy.ts'
import { secondStepRequired } from '../../domain/factors/second-step-policy.ts'
import type { FlowDeps } from '../flow-deps.ts'

/** Those of these users whose sign-in with the password requires a second step, in one statement. */
export function createFindSecondSteps(deps: Pick<FlowDeps, 'factors' | 'tenants' | 'clock'>) {
  return async function findSecondSteps(userIds: readonly string[]): Promise<ReadonlySet<string>> {
    const summaries = await deps.factors.summariesOf(userIds, deps.clock.now())
    const required = await Promise.all(
      [...summaries].map(async ([id, factors]) => ((await isRequired(deps, factors)) ? [id] : [])),
    )
    return new Set(required.flat())
  }
}

async function isRequired(
  { tenants }: Pick<FlowDeps, 'tenants'>,
  { tenantId, ...factors }: OwnedFactorSummary,
): Promise<boolean> {
  const { mfa } = await tenants.rulesOf(tenantId)
  return secondStepRequired(factors, requiresFactor(mfa, factors.role))
}
