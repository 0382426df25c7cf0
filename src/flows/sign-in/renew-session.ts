import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import type { Proof } from '../../domain/sessions/assurance.ts'
import type { Session } from '../../domain/sessions/session.ts'
import { familyHash, firstOfNewFamily } from '../../domain/tokens/refresh-token.ts'
import { rememberedUntil } from '../../domain/tokens/revocation.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { SessionTokens } from '../steps/sessions/session-tokens.ts'
import { commitSignOut } from '../steps/sessions/sign-out.ts'

export type RenewSessionDeps = Pick<
  FlowDeps,
  'transaction' | 'revocations' | 'issueTokens' | 'audit' | 'clock'
>

/** A proof in the viewer's session that has been compared. */
export interface ProvenAgain {
  readonly viewer: UserViewer
  /** The account as it was when the proof was compared. */
  readonly seen: User
  readonly proof: Proof
  readonly origin: Origin
  /** Consumes the proof in the transaction that records it, if it can be used once. */
  readonly accept?: (stores: Stores) => Promise<void>
}

export interface RenewedSession {
  readonly session: Session
  readonly tokens: SessionTokens
}

/**
 * Records a proof in the viewer's session. The session gets a new refresh family without a grace window, so that a copy of
 * the old tokens cannot obtain the new proof by a refresh. The access token that the new one replaces is revoked (OWASP ASVS
 * 7.2.4). @throws UnauthenticatedError if the session has ended, or the account has changed since the comparison
 */
export async function renewSession(deps: RenewSessionDeps, proven: ProvenAgain): Promise<RenewedSession> {
  const { viewer, seen, proof, origin, accept } = proven
  const { sessionId } = viewer
  const refresh = firstOfNewFamily()
  const now = deps.clock.now()
  const { owner, session } = await commitSignOut(deps, async (stores) => {
    const user = await stores.accounts.lock(seen.id, seen.tokenVersion)
    if (user === null) throw new UnauthenticatedError('TOKEN_REVOKED')
    await accept?.(stores)
    const family = { sessionId, familyHash: familyHash(refresh.family), proof, now }
    const renewed = await stores.sessions.renewFamily(family)
    if (renewed === null) throw new UnauthenticatedError('TOKEN_REVOKED')
    const subject = { tenantId: user.tenantId, userId: user.id, sessionId }
    const about = { ...subject, reason: 'REAUTHENTICATED', details: { proof } }
    await stores.audit.append(deps.audit.event('LOGIN_SUCCEEDED', origin, about))
    const revocation = { kind: 'TOKEN', tokenId: viewer.tokenId, expiresAt: rememberedUntil(now) } as const
    await stores.revocations.insert(revocation, user.tenantId)
    return { ...renewed, revocation }
  })
  return { session, tokens: await deps.issueTokens(session, owner, refresh) }
}
