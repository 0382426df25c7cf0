import type { Origin } from '../../../domain/origin/origin.ts'
import type { User } from '../../../domain/users/user.ts'
import type { JsonObject } from '../../../lib/text/json.ts'

/** What an administrator or the operator does to an account, inside a transaction that has locked its row. */
export interface AccountAction {
  readonly subject: User
  /** The administrator; null: the operator, on the command line. */
  readonly actorId: string | null
  readonly reason: string | null
  /** Of the actor, for the audit event. */
  readonly details: JsonObject
  readonly origin: Origin
  readonly now: Date
}
