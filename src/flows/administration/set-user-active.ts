import { z } from 'zod'
import { actorDetails, type Viewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { NotFoundProblem } from '../../domain/problems.ts'
import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { lockSubject, refuseOwnAccount } from '../steps/access/lock-subject.ts'
import { optionalReason, parseInput } from '../steps/input.ts'
import { endAccess } from '../steps/sessions/end-access.ts'
import { commitSignOut } from '../steps/sessions/sign-out.ts'

const rules = z.object({ userId: z.string(), active: z.boolean(), reason: optionalReason })

export type SetUserActiveInput = z.input<typeof rules>

type SetUserActiveDeps = Pick<FlowDeps, 'transaction' | 'revocations' | 'audit' | 'clock'>

/**
 * Deactivates an account, which ends every session, or reactivates it, which starts none. If the account already has
 * the requested state, nothing happens.
 * @throws InvalidInputProblem, also for the viewer's own account; and the errors of lockSubject
 */
export function createSetUserActive(deps: SetUserActiveDeps) {
  return async function setUserActive(
    raw: SetUserActiveInput,
    viewer: Viewer,
    origin: Origin,
  ): Promise<User> {
    const input = parseInput(rules, raw)
    const reason = input.reason ?? null
    const now = deps.clock.now()
    const { user } = await commitSignOut(deps, async (stores) => {
      const subject = await lockSubject(stores, input.userId, { viewer, permission: 'users:write', now })
      refuseOwnAccount(subject, viewer)
      if (subject.active === input.active) return { user: subject, revocation: null }
      const changed = await stores.administration.setActive(subject.id, input.active, now)
      if (changed === null) throw new NotFoundProblem()
      const actorId = viewer.userId
      const details = actorDetails(viewer)
      if (changed.active) {
        const about = { tenantId: changed.tenantId, userId: changed.id, actorId, reason, details }
        await stores.audit.append(deps.audit.event('USER_REACTIVATED', origin, about))
        return { user: changed, revocation: null }
      }
      return endAccess(deps, stores, {
        user: changed,
        actorId,
        event: 'USER_DEACTIVATED',
        reason,
        details,
        revocationReason: 'ACCOUNT_DEACTIVATED',
        origin,
        now,
      })
    })
    return user
  }
}
