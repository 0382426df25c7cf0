import type { AuditEvent } from '../../domain/audit/audit-event.ts'
import { Problem } from '../../domain/problems.ts'
import { ForbiddenError, UnauthenticatedError } from '../../domain/refusals.ts'
import type { RevocationReason } from '../../domain/sessions/session.ts'
import { type Revocation, rememberedUntil } from '../../domain/tokens/revocation.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { User } from '../../domain/users/user.ts'
import type { Services } from '../services.ts'

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
  const rememberUntil = rememberedUntil(now)
  const ended = await stores.sessions.revokeAll(
    { userId, exceptSessionId },
    { now, revokedBy, reason, rememberUntil, audit },
  )
  const revocation = await refuseOlderTokens(stores, { id: userId, tokenVersion }, now)
  return { revokedSessions: ended.length, revocation }
}

/** Likewise for somebody whose sessions go on: their next access tokens are accepted again. */
export async function refuseOlderTokens(
  stores: Pick<Stores, 'revocations'>,
  { id: userId, tokenVersion: minimumTokenVersion }: Pick<User, 'id' | 'tokenVersion'>,
  now: Date,
): Promise<Revocation> {
  const expiresAt = rememberedUntil(now)
  const revocation: Revocation = { kind: 'USER', userId, minimumTokenVersion, expiresAt }
  await stores.revocations.insert(revocation, now)
  return revocation
}

export type CommitSignOutDeps = Pick<Services, 'transaction' | 'revocations'>

/**
 * Runs a transaction that signs somebody out, or finds that there is nothing to do, and tells every process once it has been committed. When it fails for
 * another reason than the caller's, its answer may have been lost after the commit: then nothing is taken for granted.
 */
export async function commitSignOut<T extends { readonly revocation: Revocation | null }>(
  deps: CommitSignOutDeps,
  work: (stores: Stores) => Promise<T>,
): Promise<T> {
  try {
    const result = await deps.transaction(work)
    if (result.revocation !== null) deps.revocations.announce([result.revocation])
    return result
  } catch (error) {
    if (!isRefusal(error)) deps.revocations.markUncertain()
    throw error
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Problem || error instanceof ForbiddenError || error instanceof UnauthenticatedError
}
