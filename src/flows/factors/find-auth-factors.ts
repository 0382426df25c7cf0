import type { UserViewer } from '../../domain/access/viewer.ts'
import type { FactorSummary } from '../../domain/factors/factor-summary.ts'
import { requiresFactor } from '../../domain/factors/mfa-policy.ts'
import type { Passkey } from '../../domain/factors/passkey.ts'
import { hasSecondFactor, secondStepRequired } from '../../domain/factors/second-step-policy.ts'
import type { FlowDeps } from '../flow-deps.ts'

/** How the owner of an account can prove who they are, besides the password. */
export interface AuthFactors {
  readonly totp: FactorSummary['totp']
  readonly recoveryCodesLeft: number
  readonly passkeys: readonly Passkey[]
  readonly secondStepRequired: boolean
  /** Whether the policy requires a second factor. */
  readonly required: boolean
  /** Until when the account may sign in without one; null: nothing is required, or there is a factor. */
  readonly enrolBy: Date | null
  readonly rememberedDevices: number
}

export type FindAuthFactorsDeps = Pick<FlowDeps, 'factors' | 'passkeyStore' | 'tenants' | 'clock'>

/** The factors of the viewer. */
export function createFindAuthFactors(deps: FindAuthFactorsDeps) {
  return async function findAuthFactors({
    userId,
    tenantId,
    role,
  }: Pick<UserViewer, 'userId' | 'tenantId' | 'role'>): Promise<AuthFactors> {
    const summary = await deps.factors.summaryOf(userId, deps.clock.now())
    const { mfa } = await deps.tenants.rulesOf(tenantId)
    const required = requiresFactor(mfa, role)
    return {
      totp: summary.totp,
      recoveryCodesLeft: summary.recoveryCodesLeft,
      passkeys: summary.passkeyCount === 0 ? [] : await deps.passkeyStore.list(userId),
      secondStepRequired: secondStepRequired(summary, required),
      required,
      enrolBy: required && !hasSecondFactor(summary) ? summary.enrolBy : null,
      rememberedDevices: summary.rememberedDevices,
    }
  }
}
