import type { AuditEvent } from '../domain/audit/audit-event.ts'
import type { RevocationReason } from '../domain/sessions/session.ts'
import { type Revocation, revocationMemorySeconds } from '../domain/tokens/revocation.ts'
import type { Stores } from '../domain/transaction.ts'

export interface SignOut {
  readonly userId: string
  /** Access tokens of an older version are refused from now on. */
  readonly tokenVersion: number
  readonly exceptSessionId: string | null
  readonly revokedBy: string | null
  readonly reason: RevocationReason
  /** Written when a session ended. */
  readonly audit: AuditEvent
  readonly now: Date
}

/**
 * Inside a transaction that has raised a user's token version: ends his sessions and remembers that older access
 * tokens are refused. The revocation that it answers is to be announced once the transaction has been committed.
 */
export async function signOut(
  stores: Pick<Stores, 'sessions' | 'revocations'>,
  change: SignOut,
): Promise<{ revokedSessions: number; revocation: Revocation }> {
  const { userId, exceptSessionId, tokenVersion, now, reason, revokedBy, audit } = change
  const rememberUntil = new Date(now.getTime() + revocationMemorySeconds * 1000)
  const ended = await stores.sessions.revokeAll(
    { userId, exceptSessionId },
    { now, revokedBy, reason, rememberUntil, audit },
  )
  const revocation: Revocation = {
    kind: 'USER',
    userId,
    minimumTokenVersion: tokenVersion,
    expiresAt: rememberUntil,
  }
  await stores.revocations.insert(revocation, now)
  return { revokedSessions: ended.length, revocation }
}
