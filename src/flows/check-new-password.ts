import { judgePassword } from '../domain/passwords/password-policy.ts'
import { WeakPasswordProblem } from '../domain/problems.ts'
import type { JsonObject, User } from '../domain/users/user.ts'

/**
 * Whether a normalised password may be the account's next one; answers what the audit event of the change has to tell.
 * @throws WeakPasswordProblem, PasswordReusedProblem
 */
export type CheckNewPassword = (user: User, password: string) => Promise<JsonObject>

export function createCheckNewPassword(): CheckNewPassword {
  return async (_user, password) => {
    const verdict = judgePassword(password)
    if (verdict.unmet.length > 0) throw new WeakPasswordProblem(verdict)
    return {}
  }
}
