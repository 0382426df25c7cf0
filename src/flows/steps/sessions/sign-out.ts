import type { AuditEvent } from '../../../domain/audit/audit-event.ts'
import { Problem } from '../../../domain/problems.ts'
import { ForbiddenError, UnauthenticatedError } from '../../../domain/refusals.ts'
import type { RevocationReason } from '../../../domain/sessions/session.ts'
import { type Revocation, rememberedUntil } from '../../../domain/tokens/revocation.ts'
import type { Stores } from '../../../domain/transaction.ts'
import type { User } from '../../../domain/users/user.ts'
import type { Services } from '../../services.ts'

export interface SignOut {
  readonly userId: string
  /** Access tokens of an older version are refused from now on. */
  readonly tokenVersion: number
  readonly exceptSessionId: string | null
  readonly revokedBy: string | null
  readonly reason: RevocationReason
  /** Written if a session ends. */
  readonly audit: AuditEvent
  readonly now: Date
}

/** How many sessions and API keys of an account a change has ended. */
export interface AccessEnded {
  readonly revokedSessions: number
  readonly revokedApiKeys: number
}

/**
 * Ends the sessions of a user, stores a revocation of their older access tokens and forgets their remembered devices,
 * inside a transaction that has raised the token version. The returned revocation must be announced after the commit; `commitSignOut` does so.
 */
export async function signOut(
  stores: Pick<Stores, 'sessions' | 'revocations' | 'rememberedDevices'>,
  change: SignOut,
): Promise<{ revokedSessions: number; revocation: Revocation }> {
  const { userId, exceptSessionId, tokenVersion, now, reason, revokedBy, audit } = change
  const rememberUntil = rememberedUntil(now)
  const ended = await stores.sessions.revokeAll(
    { userId, exceptSessionId },
    { now, revokedBy, reason, rememberUntil, audit },
  )
  await stores.rememberedDevices.removeAll(userId, now)
  const revocation = await refuseOlderTokens(stores, { id: userId, tokenVersion }, now)
  return { revokedSessions: ended.length, revocation }
}

/** The same for a user whose sessions continue: the access tokens of their next refresh are accepted. */
export async function refuseOlderTokens(
  stores: Pick<Stores, 'revocations'>,
  { id: userId, tokenVersion: minimumTokenVersion }: Pick<User, 'id' | 'tokenVersion'>,
  now: Date,
): Promise<Revocation> {
  const expiresAt = rememberedUntil(now)
  const revocation: Revocation = { kind: 'USER', userId, minimumTokenVersion, expiresAt }
  await stores.revocations.insert(revocation)
  return revocation
}

export type CommitSignOutDeps = Pick<Services, 'transaction' | 'revocations'>

/**
 * Runs a transaction that signs a user out, and announces its revocation to every process after the commit. The
 * revocation is null if there was nothing to do. If the transaction fails for any reason but a refusal, it may have
 * been committed and only its result lost: then revocations are marked as uncertain.
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
