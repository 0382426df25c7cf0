import { EmailTakenProblem, UsernameTakenProblem } from '../../../../domain/problems.ts'
import { uniqueViolation } from '../../database-errors.ts'

/** The problem that a violated unique key of `users` causes; null for any other error. */
export function takenProblem(error: unknown): Error | null {
  const violated = uniqueViolation(error)
  if (violated === 'users_tenant_id_email_key') return new EmailTakenProblem()
  return violated === 'users_tenant_id_username_key_key' ? new UsernameTakenProblem() : null
}
