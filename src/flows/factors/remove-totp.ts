import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { NotFoundProblem } from '../../domain/problems.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { recordFactorChange } from '../steps/factors/record-factor-change.ts'
import { endCodesWithLastFactor } from '../steps/factors/recovery-codes.ts'
import { type AuthFactors, createFindAuthFactors, type FindAuthFactorsDeps } from './find-auth-factors.ts'

type RemoveTotpDeps = FindAuthFactorsDeps &
  Pick<FlowDeps, 'requireFreshProof' | 'tenants' | 'transaction' | 'audit' | 'mails' | 'courier'>

/**
 * Removes the viewer's authenticator app, and an enrolment that was not confirmed. With the last factor, recovery codes end.
 * @throws ReauthenticationRequiredProblem, NotFoundProblem, FactorRequiredProblem
 */
export function createRemoveTotp(deps: RemoveTotpDeps) {
  const findAuthFactors = createFindAuthFactors(deps)

  return async function removeTotp(viewer: UserViewer, origin: Origin): Promise<AuthFactors> {
    await deps.requireFreshProof(viewer)
    const { userId, tokenVersion, sessionId } = viewer
    const { mfa } = await deps.tenants.rulesOf(viewer.tenantId)
    const now = deps.clock.now()
    await deps.transaction(async (stores) => {
      // Parallel removals wait here, so that the last factor is seen as the last.
      const user = await stores.accounts.lock(userId, tokenVersion)
      if (user === null) throw new UnauthenticatedError('TOKEN_REVOKED')
      const id = await stores.totpSecrets.remove(userId, now)
      if (id === null) throw new NotFoundProblem('You have no authenticator app.')
      await endCodesWithLastFactor(mfa, stores, user, now)
      const change = { change: 'REMOVED', factor: 'TOTP', id } as const
      await recordFactorChange(deps, stores, { user, sessionId, change, origin, now })
    })
    deps.courier.wake()
    return findAuthFactors(viewer)
  }
}
