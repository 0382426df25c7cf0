import type { UserViewer } from '../../domain/access/viewer.ts'
import { hasSecondFactor } from '../../domain/factors/second-step-policy.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { NotFoundProblem } from '../../domain/problems.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { newRecoveryCodes } from '../steps/factors/recovery-codes.ts'
import { postNotice } from '../steps/mails/post-mail.ts'

type RegenerateDeps = Pick<
  FlowDeps,
  'requireFreshProof' | 'factors' | 'hasher' | 'transaction' | 'audit' | 'mails' | 'courier' | 'clock'
>

/** Replaces all recovery codes of the viewer, and mails that. @throws ReauthenticationRequiredProblem, NotFoundProblem */
export function createRegenerateRecoveryCodes(deps: RegenerateDeps) {
  return async function regenerateRecoveryCodes(
    viewer: UserViewer,
    origin: Origin,
  ): Promise<readonly string[]> {
    await deps.requireFreshProof(viewer)
    const { userId, tenantId, tokenVersion, sessionId } = viewer
    const now = deps.clock.now()
    if (!hasSecondFactor(await deps.factors.summaryOf(userId, now))) throw noFactor()
    const { codes, stored } = await newRecoveryCodes(deps, deps.hasher.newDeadline())
    const generated = deps.audit.event('RECOVERY_CODES_GENERATED', origin, { tenantId, userId, sessionId })
    await deps.transaction(async (stores) => {
      const user = await stores.accounts.lock(userId, tokenVersion)
      if (user === null) throw new UnauthenticatedError('TOKEN_REVOKED')
      if (!hasSecondFactor(await stores.factors.summaryOf(userId, now))) throw noFactor()
      await stores.recoveryCodes.replaceAll(userId, stored)
      await stores.audit.append(generated)
      await postNotice(stores, deps.mails(origin).factors.recoveryCodesReplaced(user))
    })
    deps.courier.wake()
    return codes
  }
}

function noFactor(): NotFoundProblem {
  return new NotFoundProblem('You have no second factor. Recovery codes replace one.')
}
