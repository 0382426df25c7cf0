import { z } from 'zod'
import { actorDetails, type Viewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { NotFoundProblem } from '../../domain/problems.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { lockSubject } from '../steps/access/lock-subject.ts'
import { parseInput, reason } from '../steps/input.ts'
import { endApiKeys } from '../steps/sessions/end-api-keys.ts'
import { commitSignOut, signOut } from '../steps/sessions/sign-out.ts'

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
      const { id: userId, tenantId } = subject
      const tokenVersion = await stores.accounts.raiseTokenVersion(userId, now)
      if (tokenVersion === null) throw new NotFoundProblem()
      const about = {
        tenantId,
        userId,
        actorId: viewer.userId,
        reason: input.reason,
        details: actorDetails(viewer),
      }
      const { actorId, details } = about
      await endApiKeys(deps, stores, { owner: subject, actorId, reason: input.reason, details, origin, now })
      const audit = deps.audit.event('SESSION_REVOKED', origin, about)
      const ended = await signOut(stores, {
        userId,
        tokenVersion,
        exceptSessionId: null,
        revokedBy: viewer.userId,
        reason: 'REVOKED_BY_ADMINISTRATOR',
        audit,
        now,
      })
      if (ended.revokedSessions === 0) {
        await stores.audit.append({ ...audit, details: { ...audit.details, revokedSessions: 0 } })
      }
      return ended
    })
    return revokedSessions
  }
}
