import { lifetimeFor, type SessionRules } from '../../../domain/sessions/session-policy.ts'
import type { Stores } from '../../../domain/transaction.ts'
import type { User } from '../../../domain/users/user.ts'
import type { Enroller } from './find-enroller.ts'

/**
 * Gives the session in which a factor is enrolled its usual lifetime, inside the transaction of the enrolment: the policy had
 * ended it at the deadline. Other sessions keep their end, because they may be those of someone who knows the password only.
 */
export async function keepSession(
  { sessions }: Pick<Stores, 'sessions'>,
  { sessionId }: Pick<Enroller, 'sessionId'>,
  { role }: Pick<User, 'role'>,
  rules: SessionRules,
  now: Date,
): Promise<void> {
  const session = sessionId === null ? null : await sessions.findLive(sessionId, now)
  if (session === null) return
  const { maxSeconds } = lifetimeFor(rules, role, session.rememberMe)
  const until = new Date(session.createdAt.getTime() + maxSeconds * 1000)
  await sessions.liftDeadline(session.id, until, now)
}
