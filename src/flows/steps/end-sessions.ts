import type { AuditEvent } from '../../domain/audit/audit-event.ts'
import type { RevocationReason, Session } from '../../domain/sessions/session.ts'
import type { RaisedSignal, Revocation as SessionRevocation } from '../../domain/sessions/session-store.ts'
import { type Revocation, rememberedUntil } from '../../domain/tokens/revocation.ts'
import type { User } from '../../domain/users/user.ts'
import type { Services } from '../services.ts'
import { type MailWithTokens, postNotice } from './post-mail.ts'

export type EndSessionsDeps = Pick<Services, 'sessions' | 'transaction' | 'revocations' | 'clock'>

export interface Ending {
  readonly reason: RevocationReason
  readonly revokedBy: string | null
  readonly audit: AuditEvent
  /** Left on the sessions that end. */
  readonly raises?: RaisedSignal
}

/** Ends sessions: the refresh token at once and for good, the access tokens on every process within a second. */
export interface EndSessions {
  /** Null when that user has no such live session. */
  one(target: { sessionId: string; userId: string }, ending: Ending): Promise<Session | null>
  /** Likewise, with a notice to the owner in the same transaction; its mail is to be sent once this has answered. */
  oneWithNotice(
    target: { sessionId: string; userId: string },
    ending: Ending,
    noticeTo: (owner: User) => MailWithTokens,
  ): Promise<Session | null>
  /** How many ended. */
  all(target: { userId: string; exceptSessionId: string | null }, ending: Ending): Promise<number>
}

export function createEndSessions(deps: EndSessionsDeps): EndSessions {
  function revocation(ending: Ending): SessionRevocation {
    const now = deps.clock.now()
    return { ...ending, now, rememberUntil: rememberedUntil(now) }
  }

  function announce(sessionIds: readonly string[], expiresAt: Date): void {
    deps.revocations.announce(
      sessionIds.map((sessionId): Revocation => ({ kind: 'SESSION', sessionId, expiresAt })),
    )
  }

  /** When the store fails, its answer may have been lost after the commit. */
  async function attempt<T>(change: Promise<T>): Promise<T> {
    try {
      return await change
    } catch (error) {
      deps.revocations.markUncertain()
      throw error
    }
  }

  return {
    async one(target, ending) {
      const change = revocation(ending)
      const ended = await attempt(deps.sessions.revokeOne(target, change))
      if (ended !== null) announce([ended.id], change.rememberUntil)
      return ended
    },
    async oneWithNotice(target, ending, noticeTo) {
      const change = revocation(ending)
      const work = deps.transaction(async (stores) => {
        const owner = await stores.accounts.lock(target.userId, null)
        const ended = await stores.sessions.revokeOne(target, change)
        if (ended !== null && owner !== null) await postNotice(stores, noticeTo(owner))
        return ended
      })
      const ended = await attempt(work)
      if (ended !== null) announce([ended.id], change.rememberUntil)
      return ended
    },
    async all(target, ending) {
      const change = revocation(ending)
      const ended = await attempt(deps.sessions.revokeAll(target, change))
      announce(ended, change.rememberUntil)
      return ended.length
    },
  }
}
