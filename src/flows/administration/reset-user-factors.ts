import { z } from 'zod'
import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { lockSubject, refuseOwnAccount } from '../steps/access/lock-subject.ts'
import { resetFactors } from '../steps/factors/reset-factors.ts'
import { parseInput, reason } from '../steps/input.ts'
import { commitSignOut } from '../steps/sessions/sign-out.ts'

const rules = z.object({ userId: z.string(), reason })

export type ResetUserFactorsInput = z.input<typeof rules>

type ResetUserFactorsDeps = Pick<
  FlowDeps,
  | 'transaction'
  | 'revocations'
  | 'requireAdministrativeProof'
  | 'tenants'
  | 'mails'
  | 'courier'
  | 'audit'
  | 'clock'
>

/**
 * Removes all second factors of a user who lost them, after their identity was checked in another way. Every session of the
 * user ends, and a mail tells them. If the policy requires a factor of the account, the next sign-in requires its enrolment.
 * @throws ReauthenticationRequiredProblem; InvalidInputProblem, also for the viewer's own account; and the errors of
 * lockSubject
 */
export function createResetUserFactors(deps: ResetUserFactorsDeps) {
  return async function resetUserFactors(
    raw: ResetUserFactorsInput,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<User> {
    const input = parseInput(rules, raw)
    await deps.requireAdministrativeProof(viewer)
    const { mfa } = await deps.tenants.rulesOf(viewer.tenantId)
    const now = deps.clock.now()
    const { user } = await commitSignOut(deps, async (stores) => {
      const subject = await lockSubject(stores, input.userId, { viewer, permission: 'users:write', now })
      refuseOwnAccount(subject, viewer)
      const actorId = viewer.userId
      return resetFactors(deps, stores, { subject, mfa, actorId, reason: input.reason, origin, now })
    })
    deps.courier.wake()
    return user
  }
}
