import type { Origin } from '../../domain/origin/origin.ts'
import { Problem, SessionLimitProblem } from '../../domain/problems.ts'
import { assessSignIn, type Risk } from '../../domain/risk/risk-rules.ts'
import type { NewSession } from '../../domain/sessions/session-store.ts'
import { rememberedUntil } from '../../domain/tokens/revocation.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { User } from '../../domain/users/user.ts'
import { KeyedMutex } from '../../lib/keyed-mutex.ts'
import type { Services } from '../services.ts'
import { postNotice } from './post-mail.ts'
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

/** Whose session is to begin, and what came before. */
export interface SignInRequest {
  readonly user: User
  readonly session: NewSession
  readonly circumstances: SignInCircumstances
  readonly origin: Origin
}

export interface OpenedSession {
  readonly user: User
  /** With the signals that its sign-in has raised. */
  readonly session: NewSession
}

/**
 * Begins a session whose owner has proven himself. Null when the account was deactivated or its token version moved
 * meanwhile. @throws SessionLimitProblem, nothing written
 */
export type OpenSession = (request: SignInRequest) => Promise<OpenedSession | null>

/** As many of the last sessions make a device, a network, a country known. */
const rememberedSessions = 50

/**
 * Everything happens while the account's row is locked: parallel logins see each other's sessions, so the limit holds
 * and one new device is new once. Within this process they take turns before that: of many that wait for one row, one
 * holds a connection.
 */
export function createOpenSession(deps: OpenSessionDeps): OpenSession {
  const turns = new KeyedMutex()

  /** Ends the oldest sessions, so that there is room for one; answers which. */
  async function makeRoom(stores: Stores, user: User, origin: Origin, now: Date): Promise<readonly string[]> {
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

  async function open(stores: Stores, { user, session, origin }: SignInRequest, risk: Risk) {
    const { tenantId, id: userId } = user
    const details = { riskSignals: risk.signals, riskScore: risk.score }
    const subject = { tenantId, userId, sessionId: session.id, details }
    const audit = deps.audit.event('LOGIN_SUCCEEDED', origin, subject)
    const signedIn = await stores.sessions.open(session, user.tokenVersion, audit)
    if (signedIn === null) throw new Error('An account that is locked has changed.')
    if (deps.sessionProtection.newDeviceMail && risk.signals.includes('NEW_DEVICE')) {
      await postNotice(stores, deps.mails.newSignIn(user, session))
    }
    return signedIn
  }

  async function run(stores: Stores, request: SignInRequest) {
    const user = await stores.accounts.lock(request.user.id, request.user.tokenVersion)
    if (user === null) return null
    // After the wait for the row: other processes look for what was revoked during the last few seconds.
    const now = deps.clock.now()
    const evicted = await makeRoom(stores, user, request.origin, now)
    const past = await stores.sessions.listPast(user.id, rememberedSessions)
    const risk = assessSignIn(signInFacts(request.session, past, user.loginCount > 0, request.circumstances))
    const session = { ...request.session, riskSignals: risk.signals, riskScore: risk.score }
    const signedIn = await open(stores, { ...request, user, session }, risk)
    return { user: signedIn, session, evicted, expiresAt: rememberedUntil(now) }
  }

  return async (request) => {
    try {
      const opened = await turns.run(request.user.id, () =>
        deps.transaction((stores) => run(stores, request)),
      )
      if (opened === null) return null
      const { user, session, evicted, expiresAt } = opened
      deps.revocations.announce(evicted.map((sessionId) => ({ kind: 'SESSION', sessionId, expiresAt })))
      deps.sessionChannel.publish({ userId: user.id, sessionId: session.id, at: session.createdAt })
      for (const signal of session.riskSignals) deps.metrics.count('risk_signals', signal)
      deps.courier.wake()
      return { user, session }
    } catch (error) {
      // The answer may have been lost after the commit, and sessions have ended by it.
      if (!(error instanceof Problem)) deps.revocations.markUncertain()
      throw error
    }
  }
}
