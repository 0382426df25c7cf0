import { z } from 'zod'
import { actorDetails, type Viewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidInputProblem } from '../../domain/problems.ts'
import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { lockAccount } from '../steps/access/lock-account.ts'
import { lockSubject, refuseOwnAccount } from '../steps/access/lock-subject.ts'
import { parseInput, reason } from '../steps/input.ts'
import { commitSignOut } from '../steps/sessions/sign-out.ts'

const rules = z.object({ userId: z.string(), until: z.date().nullish(), reason })

export type LockUserInput = z.input<typeof rules>

type LockUserDeps = Pick<FlowDeps, 'transaction' | 'revocations' | 'audit' | 'clock'>

/**
 * Locks a user until the given time, or until an administrator unlocks them. Every session of the user ends. A new
 * lock replaces an existing one. @throws InvalidInputProblem, also for the viewer's own account; and the errors of
 * lockSubject
 */
export function createLockUser(deps: LockUserDeps) {
  return async function lockUser(raw: LockUserInput, viewer: Viewer, origin: Origin): Promise<User> {
    const input = parseInput(rules, raw)
    const until = input.until ?? null
    const now = deps.clock.now()
    if (until !== null && until <= now) throw inThePast()
    const { user } = await commitSignOut(deps, async (stores) => {
      const subject = await lockSubject(stores, input.userId, { viewer, permission: 'users:lock', now })
      refuseOwnAccount(subject, viewer)
      const { reason } = input
      const by = { actorId: viewer.userId, details: actorDetails(viewer), origin }
      return lockAccount(deps, stores, { subject, until, reason, now, ...by })
    })
    return user
  }
}

function inThePast(): InvalidInputProblem {
  const message = 'Must be in the future. Omit it for a lock that only an administrator ends.'
  return new InvalidInputProblem([{ path: ['until'], code: 'IN_THE_PAST', message }])
}
