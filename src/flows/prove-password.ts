import type { Viewer } from '../domain/access/viewer.ts'
import type { AuditRecorder } from '../domain/audit/audit-recorder.ts'
import type { AuditStore } from '../domain/audit/audit-store.ts'
import type { Origin } from '../domain/origin/origin.ts'
import type { PasswordHasher } from '../domain/passwords/password-hasher.ts'
import { InvalidCredentialsProblem } from '../domain/problems.ts'
import { UnauthenticatedError } from '../domain/refusals.ts'
import type { User } from '../domain/users/user.ts'
import type { UserStore } from '../domain/users/user-store.ts'
import { parseInput, presentedPassword } from './input.ts'

export interface ProvePasswordDeps {
  readonly users: UserStore
  readonly hasher: PasswordHasher
  readonly audit: AuditRecorder
  readonly auditStore: AuditStore
}

/** Who asks, after he has proven his password once more. */
export type ProvePassword = (viewer: Viewer, password: string, origin: Origin) => Promise<User>

/** A session alone does not change credentials (OWASP Session Management sheet). @throws InvalidCredentialsProblem */
export function createProvePassword(deps: ProvePasswordDeps): ProvePassword {
  return async (viewer, written, origin) => {
    const user = await deps.users.findById(viewer.userId)
    if (user === null || !user.active) throw new UnauthenticatedError('TOKEN_REVOKED')
    const password = readPassword(written)
    const stored = await deps.users.findPassword(user.id)
    if (password !== null && (await deps.hasher.verify(password, stored))) return user
    const { tenantId, id: userId } = user
    const subject = { tenantId, userId, sessionId: viewer.sessionId, reason: 'CURRENT_PASSWORD_WRONG' }
    await deps.auditStore.append(deps.audit.event('LOGIN_FAILED', origin, subject))
    throw new InvalidCredentialsProblem()
  }
}

/** Null for what no password can be: it is wrong like any other. */
function readPassword(written: string): string | null {
  try {
    return parseInput(presentedPassword, written)
  } catch {
    return null
  }
}
