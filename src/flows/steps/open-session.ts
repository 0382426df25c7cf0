import type { Origin } from '../../domain/origin/origin.ts'
import { Problem, SessionLimitProblem } from '../../domain/problems.ts'
import { UnavailableError } from '../../domain/refusals.ts'
import { assessSignIn, type Risk } from '../../domain/risk/risk-rules.ts'
import type { NewSession } from '../../domain/sessions/session-store.ts'
import { rememberedUntil } from '../../domain/tokens/revocation.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { User } from '../../domain/users/user.ts'
import type { Deadline } from '../../lib/deadline.ts'
import { GateTimeout } from '../../lib/gate.ts'
import { KeyedMutex } from '../../lib/keyed-mutex.ts'
import type { Services } from '../services.ts'
import { postNotice } from './post-mail.ts'
import type { ReplacedSession } from './replace-session.ts'
import { type SignInCircumstances, signInFacts } from './sign-in-facts.ts'

export type OpenSessionDeps = Pick<
  Services,
  | 'transaction'
  | 'revocations'
  | 'sessionChannel'
  | 'mails'
  | 'courier'
  | 'audit'
  | 'metrics'
  | 'clock'
  | 'sessionProtection'
>

/** The sign-in that starts a session. The password has been proven. */
export interface SignInRequest {
  readonly user: User
  readonly session: NewSession
  readonly circumstances: SignInCircumstances
  /** The session that this one replaces; if it is of the same user, it ends in the same transaction. */
  readonly replaces: ReplacedSession | null
  readonly origin: Origin
  /** The end of all waiting of the login. */
  readonly deadline: Deadline
}

export interface OpenedSession {
  readonly user: User
  /** The session with the risk signals of its sign-in. */
  readonly session: NewSession
}

/**
 * Stores the session of a user who has proven the password. Null if the account was deactivated or its token version
 * changed in the meantime. @throws SessionLimitProblem, UnavailableError if the user's other sign-ins take until the
 * deadline; nothing is written then
 */
export type OpenSession = (request: SignInRequest) => Promise<OpenedSession | null>

/** Number of past sessions whose devices, networks and countries count as known. */
const maxPastSessions = 50

/**
 * The account's row is locked for the whole transaction. Parallel sign-ins therefore see each other's sessions: the
 * limit holds, and a new device is reported once. Within this process, sign-ins of one user wait for each other
 * before they open a transaction, so that many of them occupy one connection.
 */
export function createOpenSession(deps: OpenSessionDeps): OpenSession {
  const mutex = new KeyedMutex()

  return async function openSession(request) {
    try {
      const opened = await mutex.runWithin(request.user.id, request.deadline.leftMs, () =>
        deps.transaction((stores) => assessAndOpen(deps, stores, request)),
      )
      if (opened === null) return null
      const { user, session, ended, expiresAt } = opened
      deps.revocations.announce(ended.map((sessionId) => ({ kind: 'SESSION', sessionId, expiresAt })))
      deps.sessionChannel.publish({ userId: user.id, sessionId: session.id, at: session.createdAt })
      for (const signal of session.riskSignals) deps.metrics.count('risk_signals', signal)
      deps.courier.wake()
      return { user, session }
    } catch (error) {
      if (error instanceof GateTimeout) throw new UnavailableError()
      // The transaction, which may have ended sessions, may have been committed and only its result lost.
      if (!(error instanceof Problem)) deps.revocations.markUncertain()
      throw error
    }
  }
}

async function assessAndOpen(deps: OpenSessionDeps, stores: Stores, request: SignInRequest) {
  const user = await stores.accounts.lock(request.user.id, request.user.tokenVersion)
  if (user === null) return null
  // Read after the wait for the row, so that the sessions that make room end when they are replaced.
  const now = deps.clock.now()
  const replaced = await endReplaced(deps, stores, request, now)
  const evicted = await makeRoom(deps, stores, { user, origin: request.origin, now })
  const past = await stores.sessions.listPast(user.id, maxPastSessions)
  const risk = assessSignIn(signInFacts(request.session, past, user.loginCount > 0, request.circumstances))
  const session = { ...request.session, riskSignals: risk.signals, riskScore: risk.score }
  const signedIn = await store(deps, stores, { ...request, user, session }, risk)
  return { user: signedIn, session, ended: [...replaced, ...evicted], expiresAt: rememberedUntil(now) }
}

/**
 * Ends the replaced session of the same user before the sessions are counted, so that it does not count. Returns its id.
 * That of another user is ended after the commit, because its account is not locked here.
 */
async function endReplaced(
  deps: OpenSessionDeps,
  stores: Stores,
  { user, replaces, origin }: SignInRequest,
  now: Date,
): Promise<readonly string[]> {
  if (replaces === null || replaces.userId !== user.id) return []
  const { id: sessionId, userId, tenantId } = replaces
  const reason = 'REPLACED_BY_LOGIN'
  const audit = deps.audit.event('SESSION_REVOKED', origin, { tenantId, userId, sessionId, reason })
  const revocation = { now, revokedBy: userId, reason, rememberUntil: rememberedUntil(now), audit } as const
  const ended = await stores.sessions.revokeOne({ sessionId, userId }, revocation)
  return ended === null ? [] : [ended.id]
}

/** Ends the oldest sessions so that there is room for one more. Returns their ids. */
async function makeRoom(
  deps: OpenSessionDeps,
  stores: Stores,
  { user, origin, now }: { user: User; origin: Origin; now: Date },
): Promise<readonly string[]> {
  const { limit, atLimit } = deps.sessionProtection
  const { id: userId, tenantId } = user
  if (atLimit === 'reject') {
    if ((await stores.sessions.countLive(userId, now)) >= limit) throw new SessionLimitProblem(limit)
    return []
  }
  const reason = 'SESSION_LIMIT'
  const audit = deps.audit.event('SESSION_REVOKED', origin, { tenantId, userId, reason })
  const revocation = { now, revokedBy: null, reason, rememberUntil: rememberedUntil(now), audit } as const
  return stores.sessions.revokeOldest({ userId, keep: limit - 1 }, revocation)
}

async function store(
  deps: OpenSessionDeps,
  stores: Stores,
  { user, session, origin }: SignInRequest,
  risk: Risk,
): Promise<User> {
  const { tenantId, id: userId } = user
  const details = { riskSignals: risk.signals, riskScore: risk.score }
  const subject = { tenantId, userId, sessionId: session.id, details }
  const audit = deps.audit.event('LOGIN_SUCCEEDED', origin, subject)
  const signedIn = await stores.sessions.open(session, user.tokenVersion, audit)
  if (signedIn === null) throw new Error('An account changed although its row is locked.')
  if (deps.sessionProtection.newDeviceMail && risk.signals.includes('NEW_DEVICE')) {
    await postNotice(stores, deps.mails.newSignIn(user, session))
  }
  return signedIn
}
