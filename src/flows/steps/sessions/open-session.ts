import type { AuditEvent } from '../../../domain/audit/audit-event.ts'
import type { Origin } from '../../../domain/origin/origin.ts'
import { Problem, SessionLimitProblem } from '../../../domain/problems.ts'
import { UnavailableError } from '../../../domain/refusals.ts'
import { assessSignIn, type Risk } from '../../../domain/risk/risk-rules.ts'
import type {
  NewSession,
  PastSession,
  SessionRevocation,
  SignedInUser,
} from '../../../domain/sessions/session-store.ts'
import { rememberedUntil } from '../../../domain/tokens/revocation.ts'
import type { Stores } from '../../../domain/transaction.ts'
import type { User } from '../../../domain/users/user.ts'
import { GateTimeout } from '../../../lib/concurrency/gate.ts'
import { KeyedMutex } from '../../../lib/concurrency/keyed-mutex.ts'
import { countOfTenant } from '../../../lib/observation/metrics.ts'
import type { Deadline } from '../../../lib/time/deadline.ts'
import type { Services } from '../../services.ts'
import { postNotice } from '../mails/post-mail.ts'
import type { ReplacedSession } from './replace-session.ts'
import { type SignInCircumstances, signInFacts } from './sign-in-facts.ts'

export type OpenSessionDeps = Pick<
  Services,
  | 'transaction'
  | 'sessions'
  | 'revocations'
  | 'sessionChannel'
  | 'mails'
  | 'courier'
  | 'audit'
  | 'metrics'
  | 'clock'
  | 'sessionProtection'
  | 'userAgents'
>

/** The sign-in that starts a session. Its proofs are complete, except for what `consume` consumes. */
export interface SignInRequest {
  readonly user: User
  /** Version of the factors that decided whether a second step is required; null: a passkey proved two factors. */
  readonly factorVersion: number | null
  /** Maximum number of active sessions of the user. */
  readonly sessionLimit: number
  readonly session: NewSession
  readonly circumstances: SignInCircumstances
  /** Runs in the transaction that opens the session, after the account was locked. It throws to refuse the sign-in. */
  readonly consume?: ((stores: Stores) => Promise<void>) | undefined
  /** The session that this one replaces; if it is of the same user, it ends in the same transaction. */
  readonly replaces: ReplacedSession | null
  readonly origin: Origin
  /** The end of all waiting of the login. */
  readonly deadline: Deadline
}

export interface OpenedSession extends SignedInUser {
  /** The session with the risk signals of its sign-in. */
  readonly session: NewSession
}

/**
 * Stores the session of a user who has proven the password. Null, and nothing changes, if the account was deactivated or its
 * token version or its factors changed in the meantime. @throws SessionLimitProblem, UnavailableError if the user's other sign-ins take until the
 * deadline; nothing is written then
 */
export type OpenSession = (request: SignInRequest) => Promise<OpenedSession | null>

/** Number of past sessions whose devices, networks and countries count as known. */
const maxPastSessions = 50

/** A session that was opened, and those that ended for it. */
interface Opened extends OpenedSession {
  readonly ended: readonly string[]
  readonly expiresAt: Date
}

/**
 * Usually one statement. If it changes nothing, or a mail has to be written, a transaction decides, in which the row of the
 * account is locked. A proof that can be used once is consumed in it, so that it stays usable if no session begins. Parallel sign-ins therefore see each other's sessions: the limit holds, and a new device is reported
 * once. Within this process, sign-ins of one user wait for each other before they open a transaction, so that many of
 * them occupy one connection.
 */
export function createOpenSession(deps: OpenSessionDeps): OpenSession {
  const mutex = new KeyedMutex()

  return async function openSession(request) {
    try {
      const opened = await mutex.runWithin(
        request.user.id,
        request.deadline.leftMs,
        async () => (await openAtOnce(deps, request)) ?? (await openInTransaction(deps, request)),
      )
      if (opened === null) return null
      const { user, owner, session, ended, expiresAt } = opened
      deps.revocations.announce(ended.map((sessionId) => ({ kind: 'SESSION', sessionId, expiresAt })))
      deps.userAgents.note(session.userAgent, user.id, session.createdAt)
      deps.sessionChannel.publish({ userId: user.id, sessionId: session.id, at: session.createdAt })
      for (const signal of session.riskSignals)
        countOfTenant(deps.metrics, 'risk_signals', signal, user.tenantId)
      return { user, owner, session }
    } catch (error) {
      if (error instanceof GateTimeout) throw new UnavailableError()
      if (error instanceof FactorsChangedError) return null
      // The transaction, which may have ended sessions, may have been committed and only its result lost.
      if (!(error instanceof Problem)) deps.revocations.markUncertain()
      throw error
    }
  }
}

/** Whether a session that would begin now has a signal of risk. */
export async function isRisky(
  { sessions }: Pick<OpenSessionDeps, 'sessions'>,
  request: Pick<SignInRequest, 'user' | 'session' | 'circumstances'>,
): Promise<boolean> {
  const past = await sessions.listPast(request.user.id, maxPastSessions)
  return assess(request, request.user, past).risk.signals.length > 0
}

/** The factors of the account have changed since they decided on the second step. Rolls the transaction back. */
class FactorsChangedError extends Error {
  override readonly name = 'FactorsChangedError'
}

/** The only way that writes a mail. */
async function openInTransaction(deps: OpenSessionDeps, request: SignInRequest): Promise<Opened | null> {
  const opened = await deps.transaction((stores) => assessAndOpen(deps, stores, request))
  if (opened !== null) deps.courier.wake()
  return opened
}

/** Null, and nothing changes, if a transaction has to decide. It writes no mail. */
async function openAtOnce(deps: OpenSessionDeps, request: SignInRequest): Promise<Opened | null> {
  const { user, replaces, origin, sessionLimit } = request
  if (request.consume !== undefined) return null
  const past = await deps.sessions.listPast(user.id, maxPastSessions)
  const { session, risk } = assess(request, user, past)
  if (requiresNotice(deps, risk)) return null
  const now = session.createdAt
  const { atLimit } = deps.sessionProtection
  const signedIn = await deps.sessions.signIn({
    session,
    seen: { ...user, factorVersion: request.factorVersion },
    replaced: isOwn(replaces, user)
      ? { sessionId: replaces.id, revocation: replacement(deps, replaces, origin, now) }
      : null,
    limit: { sessions: sessionLimit, evict: atLimit === 'reject' ? null : eviction(deps, user, origin, now) },
    audit: signInEvent(deps, user, session, origin),
  })
  return signedIn === null ? null : { ...signedIn, session, expiresAt: rememberedUntil(now) }
}

async function assessAndOpen(
  deps: OpenSessionDeps,
  stores: Stores,
  request: SignInRequest,
): Promise<Opened | null> {
  const user = await stores.accounts.lock(request.user.id, request.user.tokenVersion)
  if (user === null) return null
  // Read after the wait for the row, so that the sessions that make room end when they are replaced.
  const now = deps.clock.now()
  await request.consume?.(stores)
  const replaced = await endReplaced(deps, stores, request, now)
  const evicted = await makeRoom(deps, stores, {
    user,
    limit: request.sessionLimit,
    origin: request.origin,
    now,
  })
  const past = await stores.sessions.listPast(user.id, maxPastSessions)
  const { session, risk } = assess(request, user, past)
  const audit = signInEvent(deps, user, session, request.origin)
  const seen = { tokenVersion: user.tokenVersion, factorVersion: request.factorVersion }
  const signedIn = await stores.sessions.open(session, seen, audit)
  if (signedIn === null) throw new FactorsChangedError()
  if (requiresNotice(deps, risk))
    await postNotice(stores, deps.mails(request.origin).newSignIn(user, session))
  return { ...signedIn, session, ended: [...replaced, ...evicted], expiresAt: rememberedUntil(now) }
}

function assess(
  { session, circumstances }: Pick<SignInRequest, 'session' | 'circumstances'>,
  user: User,
  past: readonly PastSession[],
) {
  const risk = assessSignIn(signInFacts(session, past, user.loginCount > 0, circumstances))
  return { risk, session: { ...session, riskSignals: risk.signals, riskScore: risk.score } }
}

function requiresNotice({ sessionProtection }: OpenSessionDeps, { signals }: Risk): boolean {
  return sessionProtection.newDeviceMail && signals.includes('NEW_DEVICE')
}

/** That of another user is ended after the commit, because its account is not locked here. */
function isOwn(replaces: ReplacedSession | null, user: User): replaces is ReplacedSession {
  return replaces !== null && replaces.userId === user.id
}

/**
 * Ends the replaced session of the same user before the sessions are counted, so that it does not count. Returns its id.
 */
async function endReplaced(
  deps: OpenSessionDeps,
  stores: Stores,
  { user, replaces, origin }: SignInRequest,
  now: Date,
): Promise<readonly string[]> {
  if (!isOwn(replaces, user)) return []
  const target = { sessionId: replaces.id, userId: user.id }
  const ended = await stores.sessions.revokeOne(target, replacement(deps, replaces, origin, now))
  return ended === null ? [] : [ended.id]
}

/** Ends the oldest sessions so that there is room for one more. Returns their ids. */
async function makeRoom(
  deps: OpenSessionDeps,
  stores: Stores,
  { user, limit, origin, now }: { user: User; limit: number; origin: Origin; now: Date },
): Promise<readonly string[]> {
  const { atLimit } = deps.sessionProtection
  if (atLimit === 'reject') {
    if ((await stores.sessions.countLive(user.id, now)) >= limit) throw new SessionLimitProblem(limit)
    return []
  }
  return stores.sessions.revokeOldest({ userId: user.id, keep: limit - 1 }, eviction(deps, user, origin, now))
}

function replacement(
  { audit }: OpenSessionDeps,
  { id: sessionId, userId, tenantId }: ReplacedSession,
  origin: Origin,
  now: Date,
): SessionRevocation {
  const reason = 'REPLACED_BY_LOGIN'
  const event = audit.event('SESSION_REVOKED', origin, { tenantId, userId, sessionId, reason })
  return { now, revokedBy: userId, reason, rememberUntil: rememberedUntil(now), audit: event }
}

function eviction(
  { audit }: OpenSessionDeps,
  { id: userId, tenantId }: User,
  origin: Origin,
  now: Date,
): SessionRevocation {
  const reason = 'SESSION_LIMIT'
  const event = audit.event('SESSION_REVOKED', origin, { tenantId, userId, reason })
  return { now, revokedBy: null, reason, rememberUntil: rememberedUntil(now), audit: event }
}

function signInEvent(
  { audit }: OpenSessionDeps,
  { tenantId, id: userId }: User,
  { id: sessionId, riskSignals, riskScore }: NewSession,
  origin: Origin,
): AuditEvent {
  const details = { riskSignals, riskScore }
  return audit.event('LOGIN_SUCCEEDED', origin, { tenantId, userId, sessionId, details })
}
