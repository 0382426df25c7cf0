import { z } from 'zod'
import { actorDetails, type Viewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { lockSubject } from '../steps/access/lock-subject.ts'
import { parseInput, reason } from '../steps/input.ts'
import { endUserSessions } from '../steps/sessions/end-user-sessions.ts'
import { commitSignOut } from '../steps/sessions/sign-out.ts'

const rules = z.object({ userId: z.string(), reason })

export type RevokeUserSessionsInput = z.input<typeof rules>

type RevokeUserSessionsDeps = Pick<FlowDeps, 'transaction' | 'revocations' | 'audit' | 'clock'>

/**
 * Ends every session and API key of a user. Returns the number of sessions that ended.
 * @throws InvalidInputProblem, and the errors of lockSubject
 */
export function createRevokeUserSessions(deps: RevokeUserSessionsDeps) {
  return async function revokeUserSessions(
    raw: RevokeUserSessionsInput,
    viewer: Viewer,
    origin: Origin,
  ): Promise<number> {
    const input = parseInput(rules, raw)
    const now = deps.clock.now()
    const { revokedSessions } = await commitSignOut(deps, async (stores) => {
      const subject = await lockSubject(stores, input.userId, { viewer, permission: 'sessions:revoke', now })
      const by = { actorId: viewer.userId, details: actorDetails(viewer), origin }
      return endUserSessions(deps, stores, { subject, reason: input.reason, now, ...by })
    })
    return revokedSessions
  }
}
