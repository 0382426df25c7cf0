import type { AuditEvent } from '../../../domain/audit/audit-event.ts'
import type { RevocationReason, Session } from '../../../domain/sessions/session.ts'
import type { RaisedSignal, SessionRevocation } from '../../../domain/sessions/session-store.ts'
import { type Revocation, rememberedUntil } from '../../../domain/tokens/revocation.ts'
import type { User } from '../../../domain/users/user.ts'
import type { Services } from '../../services.ts'
import { type MailWithTokens, postNotice } from '../mails/post-mail.ts'
import { attemptRevocation } from './attempt-revocation.ts'

export type EndSessionsDeps = Pick<Services, 'sessions' | 'transaction' | 'revocations' | 'clock'>

export interface Ending {
  readonly reason: RevocationReason
  readonly revokedBy: string | null
  readonly audit: AuditEvent
  /** Added to the risk signals of the sessions that end. */
  readonly raises?: RaisedSignal
}

/** Ends sessions: refresh tokens stop working immediately, access tokens on every process within a second. */
export interface EndSessions {
  /** Ends one session. Null if the user has no live session with this id. */
  one(target: { sessionId: string; userId: string }, ending: Ending): Promise<Session | null>
  /** The same, with a notice to the owner in the same transaction. Wake the courier afterwards. */
  oneWithNotice(
    target: { sessionId: string; userId: string },
    ending: Ending,
    noticeTo: (owner: User) => MailWithTokens,
  ): Promise<Session | null>
  /** Ends all sessions of a user except one. Returns the number of sessions that ended. */
  all(target: { userId: string; exceptSessionId: string | null }, ending: Ending): Promise<number>
}

export function createEndSessions(deps: EndSessionsDeps): EndSessions {
  return {
    async one(target, ending) {
      const change = toRevocation(deps, ending)
      const ended = await attemptRevocation(deps, deps.sessions.revokeOne(target, change))
      if (ended !== null) announce(deps, [ended.id], change)
      return ended
    },
    async oneWithNotice(target, ending, noticeTo) {
      const change = toRevocation(deps, ending)
      const work = deps.transaction(async (stores) => {
        const owner = await stores.accounts.lock(target.userId, null)
        const ended = await stores.sessions.revokeOne(target, change)
        if (ended !== null && owner !== null) await postNotice(stores, noticeTo(owner))
        return ended
      })
      const ended = await attemptRevocation(deps, work)
      if (ended !== null) announce(deps, [ended.id], change)
      return ended
    },
    async all(target, ending) {
      const change = toRevocation(deps, ending)
      const ended = await attemptRevocation(deps, deps.sessions.revokeAll(target, change))
      announce(deps, ended, change)
      return ended.length
    },
  }
}

function toRevocation({ clock }: EndSessionsDeps, ending: Ending): SessionRevocation {
  const now = clock.now()
  return { ...ending, now, rememberUntil: rememberedUntil(now) }
}

function announce(
  { revocations }: EndSessionsDeps,
  sessionIds: readonly string[],
  { rememberUntil: expiresAt }: SessionRevocation,
): void {
  revocations.announce(sessionIds.map((sessionId): Revocation => ({ kind: 'SESSION', sessionId, expiresAt })))
}
