import type { UserViewer } from '../../domain/access/viewer.ts'
import { requiresFactor } from '../../domain/factors/mfa-policy.ts'
import { hasSecondFactor } from '../../domain/factors/second-step-policy.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { FactorRequiredProblem, NotFoundProblem } from '../../domain/problems.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { type NewRecoveryCodes, newRecoveryCodes, storeFirstCodes } from '../steps/factors/recovery-codes.ts'
import { postNotice } from '../steps/mails/post-mail.ts'
import { type AuthFactors, createFindAuthFactors, type FindAuthFactorsDeps } from './find-auth-factors.ts'

type SetSecondStepDeps = FindAuthFactorsDeps &
  Pick<
    FlowDeps,
    'requireFreshProof' | 'recoveryCodes' | 'hasher' | 'transaction' | 'audit' | 'mails' | 'courier'
  >

export interface SecondStepSet {
  readonly factors: AuthFactors
  /** Shown once; null: the account has unused ones, or requires none. */
  readonly recoveryCodes: readonly string[] | null
}

/**
 * Chooses whether a sign-in with the password requires a second step although passkeys are the only factors. Recovery codes
 * are generated with the first such choice. Remembered devices end with every change, and the owner is mailed.
 * @throws ReauthenticationRequiredProblem; NotFoundProblem without a factor; FactorRequiredProblem if the policy requires
 * the second step
 */
export function createSetSecondStep(deps: SetSecondStepDeps) {
  const findAuthFactors = createFindAuthFactors(deps)

  return async function setSecondStep(
    required: boolean,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<SecondStepSet> {
    await deps.requireFreshProof(viewer)
    const { mfa } = await deps.tenants.rulesOf(viewer.tenantId)
    if (!required && requiresFactor(mfa, viewer.role)) throw new FactorRequiredProblem()
    const deadline = deps.hasher.newDeadline()
    const isFirst = required && (await deps.recoveryCodes.countUnused(viewer.userId)) === 0
    const codes = isFirst ? await newRecoveryCodes(deps, deadline) : null
    const recoveryCodes = await store(deps, { required, codes, viewer, origin })
    deps.courier.wake()
    return { factors: await findAuthFactors(viewer), recoveryCodes }
  }
}

interface Choice {
  readonly required: boolean
  readonly codes: NewRecoveryCodes | null
  readonly viewer: UserViewer
  readonly origin: Origin
}

function store(
  { transaction, audit, mails, clock }: SetSecondStepDeps,
  { required, codes, viewer, origin }: Choice,
): Promise<readonly string[] | null> {
  const { tenantId, userId, sessionId, tokenVersion } = viewer
  const now = clock.now()
  return transaction(async (stores) => {
    const user = await stores.accounts.lock(userId, tokenVersion)
    if (user === null) throw new UnauthenticatedError('TOKEN_REVOKED')
    const before = await stores.factors.summaryOf(userId, now)
    if (!hasSecondFactor(before)) throw new NotFoundProblem()
    if (before.secondStepChosen !== required) {
      await stores.accounts.setSecondStep(userId, required, now)
      await stores.rememberedDevices.removeAll(userId, now)
      const subject = { tenantId, userId, sessionId, details: { required } }
      await stores.audit.append(audit.event('SECOND_STEP_CHANGED', origin, subject))
      await postNotice(stores, mails(origin).factors.secondStepChanged(user, required))
    }
    return storeFirstCodes({ audit }, stores, { user, sessionId, codes, origin })
  })
}
