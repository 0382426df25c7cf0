import type { UserViewer } from '../../domain/access/viewer.ts'
import type { MfaRules } from '../../domain/factors/mfa-policy.ts'
import { acceptedCredentials } from '../../domain/factors/passkey.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { NotFoundProblem } from '../../domain/problems.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import { isUuid } from '../../lib/ids/uuid.ts'
import type { JsonObject } from '../../lib/text/json.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { recordFactorChange } from '../steps/factors/record-factor-change.ts'
import { endCodesWithLastFactor } from '../steps/factors/recovery-codes.ts'
import { type AuthFactors, createFindAuthFactors, type FindAuthFactorsDeps } from './find-auth-factors.ts'

export type RemovePasskeyDeps = FindAuthFactorsDeps &
  Pick<
    FlowDeps,
    'requireFreshProof' | 'tenants' | 'transaction' | 'passkeyRp' | 'audit' | 'mails' | 'courier'
  >

export interface PasskeyRemoved {
  readonly factors: AuthFactors
  /** Tells browsers which passkeys are left: the argument of `PublicKeyCredential.signalAllAcceptedCredentials`. */
  readonly signal: JsonObject
}

/**
 * Removes a passkey of the viewer. With the last factor, recovery codes end.
 * @throws ReauthenticationRequiredProblem, NotFoundProblem, FactorRequiredProblem
 */
export function createRemovePasskey(deps: RemovePasskeyDeps) {
  const findAuthFactors = createFindAuthFactors(deps)

  return async function removePasskey(
    passkeyId: string,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<PasskeyRemoved> {
    await deps.requireFreshProof(viewer)
    if (!isUuid(passkeyId)) throw new NotFoundProblem()
    const { mfa } = await deps.tenants.rulesOf(viewer.tenantId)
    const signal = await remove(deps, { id: passkeyId, viewer, mfa, origin })
    deps.courier.wake()
    return { factors: await findAuthFactors(viewer), signal }
  }
}

interface Removal {
  readonly id: string
  readonly viewer: UserViewer
  readonly mfa: MfaRules
  readonly origin: Origin
}

function remove(
  deps: RemovePasskeyDeps,
  { id, viewer: { userId, tokenVersion, sessionId }, mfa, origin }: Removal,
): Promise<JsonObject> {
  const now = deps.clock.now()
  return deps.transaction(async (stores) => {
    // Parallel removals wait here, so that the last factor is seen as the last.
    const user = await stores.accounts.lock(userId, tokenVersion)
    if (user === null) throw new UnauthenticatedError('TOKEN_REVOKED')
    if ((await stores.passkeys.remove({ id, userId }, now)) === null) throw new NotFoundProblem()
    await endCodesWithLastFactor(mfa, stores, user, now)
    const change = { change: 'REMOVED', factor: 'PASSKEY', id } as const
    await recordFactorChange(deps, stores, { user, sessionId, change, origin, now })
    return acceptedCredentials(deps.passkeyRp, userId, await stores.passkeys.list(userId))
  })
}
