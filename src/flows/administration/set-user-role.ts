import { z } from 'zod'
import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { NotFoundProblem } from '../../domain/problems.ts'
import { type User, userRoles } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { lockSubject, refuseOwnAccount } from '../steps/access/lock-subject.ts'
import { optionalReason, parseInput } from '../steps/input.ts'
import { commitSignOut, refuseOlderTokens } from '../steps/sessions/sign-out.ts'

const rules = z.object({ userId: z.string(), role: z.enum(userRoles), reason: optionalReason })

export type SetUserRoleInput = z.input<typeof rules>

type SetUserRoleDeps = Pick<
  FlowDeps,
  'transaction' | 'revocations' | 'requireAdministrativeProof' | 'audit' | 'clock'
>

/**
 * Changes the role of a user. Older access tokens are refused. Sessions continue, and the next refresh carries the
 * new role. If the user already has the role, nothing happens.
 * @throws ReauthenticationRequiredProblem; InvalidInputProblem, also for the viewer's own account; and the errors of
 * lockSubject
 */
export function createSetUserRole(deps: SetUserRoleDeps) {
  return async function setUserRole(
    raw: SetUserRoleInput,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<User> {
    await deps.requireAdministrativeProof(viewer)
    const input = parseInput(rules, raw)
    const now = deps.clock.now()
    const { user } = await commitSignOut(deps, async (stores) => {
      const subject = await lockSubject(stores, input.userId, { viewer, permission: 'roles:write', now })
      refuseOwnAccount(subject, viewer)
      if (subject.role === input.role) return { user: subject, revocation: null }
      const changed = await stores.administration.setRole(subject.id, input.role, now)
      if (changed === null) throw new NotFoundProblem()
      await stores.audit.append(
        deps.audit.event('ROLE_CHANGED', origin, {
          tenantId: subject.tenantId,
          userId: subject.id,
          actorId: viewer.userId,
          reason: input.reason ?? null,
          details: { from: subject.role, to: changed.role },
        }),
      )
      return { user: changed, revocation: await refuseOlderTokens(stores, changed, now) }
    })
    return user
  }
}
