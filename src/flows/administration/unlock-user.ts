import { z } from 'zod'
import { actorDetails, type Viewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { unlockAccount } from '../steps/access/lock-account.ts'
import { lockSubject, refuseOwnAccount } from '../steps/access/lock-subject.ts'
import { optionalReason, parseInput } from '../steps/input.ts'

const rules = z.object({ userId: z.string(), reason: optionalReason })

export type UnlockUserInput = z.input<typeof rules>

/**
 * Removes a lock by an administrator, and locks after wrong passwords.
 * @throws InvalidInputProblem, also for the viewer's own account; and the errors of lockSubject
 */
export function createUnlockUser(deps: Pick<FlowDeps, 'transaction' | 'audit' | 'clock'>) {
  return async function unlockUser(raw: UnlockUserInput, viewer: Viewer, origin: Origin): Promise<User> {
    const input = parseInput(rules, raw)
    const now = deps.clock.now()
    return deps.transaction(async (stores) => {
      const subject = await lockSubject(stores, input.userId, { viewer, permission: 'users:lock', now })
      // Otherwise a stolen session would allow an unlimited number of guesses at the password.
      refuseOwnAccount(subject, viewer)
      const by = { actorId: viewer.userId, details: actorDetails(viewer), origin }
      return unlockAccount(deps, stores, { subject, reason: input.reason ?? null, now, ...by })
    })
  }
}
