import { z } from 'zod'
import { isRoleName } from '../../domain/access/access-role.ts'
import { accessRolesOf, type OwnerAccess } from '../../domain/access/owner-access.ts'
import { accessOfAdministrator, assertFitsToken } from '../../domain/access/token-bounds.ts'
import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidInputProblem, NotFoundProblem } from '../../domain/problems.ts'
import { mappedClaims } from '../../domain/tokens/mapped-claim.ts'
import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { accessOfUser } from '../steps/access/access-of-user.ts'
import { lockSubject, refuseOwnAccount } from '../steps/access/lock-subject.ts'
import { accessRoleNames, optionalReason, parseInput } from '../steps/input.ts'
import { commitSignOut, refuseOlderTokens } from '../steps/sessions/sign-out.ts'

const rules = z.object({ userId: z.string(), roles: accessRoleNames, reason: optionalReason })

export interface SetUserRolesInput {
  readonly userId: string
  readonly roles: readonly string[]
  readonly reason?: string | null | undefined
}

type SetUserRolesDeps = Pick<
  FlowDeps,
  'transaction' | 'revocations' | 'requireAdministrativeProof' | 'tokenAccess' | 'audit' | 'clock'
>

/**
 * Replaces the application roles of a user. Older access tokens are refused. Sessions continue, and the next refresh carries the new
 * roles. If the user already has exactly these roles, nothing happens. The roles stay locked until the end, so that what they grant is
 * what was checked.
 * @throws ReauthenticationRequiredProblem; InvalidInputProblem, also for the viewer's own account, for roles that the tenant does not
 * have and for more than a token can carry; and the errors of lockSubject
 */
export function createSetUserRoles(deps: SetUserRolesDeps) {
  return async function setUserRoles(
    raw: SetUserRolesInput,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<User> {
    await deps.requireAdministrativeProof(viewer)
    const { userId, roles, reason = null } = parseInput(rules, raw)
    refuseUnknown(
      raw.roles,
      roles.filter((name) => !isRoleName(name)),
    )
    const now = deps.clock.now()
    const { user } = await commitSignOut(deps, async (stores) => {
      const subject = await lockSubject(stores, userId, { viewer, permission: 'roles:write', now })
      refuseOwnAccount(subject, viewer)
      const from = accessRolesOf(await accessOfUser(stores, subject))
      refuseUnknown(raw.roles, await stores.userAccess.replace(subject.id, roles))
      const access = await accessOfUser(stores, subject)
      const to = accessRolesOf(access)
      if (String(from) === String(to)) return { user: subject, revocation: null }
      checkSize(deps, subject, access)
      const changed = await stores.administration.raiseTokenVersion(subject.id, now)
      if (changed === null) throw new NotFoundProblem()
      const about = { tenantId: subject.tenantId, userId: subject.id, actorId: viewer.userId }
      await stores.audit.append(
        deps.audit.event('USER_ROLES_CHANGED', origin, { ...about, reason, details: { from, to } }),
      )
      return { user: changed, revocation: await refuseOlderTokens(stores, changed, now) }
    })
    return user
  }
}

/** Taking all roles is never refused. */
function checkSize({ tokenAccess }: SetUserRolesDeps, { metadata }: User, access: OwnerAccess | null): void {
  if (access === null) return
  const claims = mappedClaims(tokenAccess.claims, metadata)
  assertFitsToken(accessOfAdministrator(access.roles, claims), tokenAccess.maxBytes, ['roles'])
}

function refuseUnknown(given: readonly string[], unknown: readonly string[]): void {
  if (unknown.length === 0) return
  throw new InvalidInputProblem(
    unknown.map((name) => ({
      path: ['roles', String(given.indexOf(name))],
      code: 'UNKNOWN_ROLE',
      message: 'The tenant of the user has no role with this name.',
    })),
  )
}
