import { z } from 'zod'
import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidInputProblem } from '../../domain/problems.ts'
import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { lockSubject, refuseOwnAccount } from '../steps/access/lock-subject.ts'
import { optionalReason, parseInput } from '../steps/input.ts'

const rules = z.object({ userId: z.string(), expiresAt: z.date().nullish(), reason: optionalReason })

export type SetPasswordExpiryInput = z.input<typeof rules>

type SetPasswordExpiryDeps = Pick<FlowDeps, 'transaction' | 'requireAdministrativeProof' | 'audit' | 'clock'>

/**
 * Sets when the password of a user expires, or leaves it to the password policy. Sessions continue: the next sign-in
 * after that time requires a new password.
 * @throws ReauthenticationRequiredProblem; InvalidInputProblem, also for the viewer's own account and for a user without
 * a password; and the errors of lockSubject
 */
export function createSetPasswordExpiry(deps: SetPasswordExpiryDeps) {
  return async function setPasswordExpiry(
    raw: SetPasswordExpiryInput,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<User> {
    await deps.requireAdministrativeProof(viewer)
    const input = parseInput(rules, raw)
    const now = deps.clock.now()
    const expiresAt = input.expiresAt ?? null
    return deps.transaction(async (stores) => {
      const subject = await lockSubject(stores, input.userId, { viewer, permission: 'users:write', now })
      refuseOwnAccount(subject, viewer)
      if (!(await stores.administration.setPasswordExpiry(subject.id, expiresAt))) throw noPassword()
      await stores.audit.append(
        deps.audit.event('PASSWORD_EXPIRY_CHANGED', origin, {
          tenantId: subject.tenantId,
          userId: subject.id,
          actorId: viewer.userId,
          reason: input.reason ?? null,
          details: { expiresAt: expiresAt?.toISOString() ?? null },
        }),
      )
      return subject
    })
  }
}

function noPassword(): InvalidInputProblem {
  const message = 'This user has no password that could expire.'
  return new InvalidInputProblem([{ path: ['userId'], code: 'NO_PASSWORD', message }])
}
