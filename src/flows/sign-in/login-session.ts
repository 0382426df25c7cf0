import type { Origin } from '../../domain/origin/origin.ts'
import { type Problem, SessionLimitProblem } from '../../domain/problems.ts'
import { UnavailableError } from '../../domain/refusals.ts'
import type { DeviceHints } from '../../domain/sessions/device.ts'
import type { TokenTransport } from '../../domain/sessions/session.ts'
import type { TenantRules } from '../../domain/tenants/tenant-rules.ts'
import type { LoginCandidate } from '../../domain/users/user-store.ts'
import type { Deadline } from '../../lib/time/deadline.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { Credentials } from '../steps/access/credentials.ts'
import type { OpenedSession, SignInRequest } from '../steps/sessions/open-session.ts'
import { type StartSessionDeps, startSession } from '../steps/sessions/start-session.ts'
import { type RecordFailureDeps, recordLoginFailure, refuse } from './login-account.ts'
import type { SignedIn } from './signed-in.ts'

export type CompleteLoginDeps = StartSessionDeps &
  RecordFailureDeps &
  Pick<FlowDeps, 'openSession' | 'replaceSession' | 'issueTokens' | 'deviceTokens'>

/** A login whose proofs are complete, except for what `consume` consumes. */
export interface ProvenLogin extends Pick<SignInRequest, 'circumstances' | 'consume'> {
  readonly candidate: Pick<LoginCandidate, 'user' | 'deviceEpoch'> & Pick<SignInRequest, 'factorVersion'>
  /** The rules of the tenant. */
  readonly rules: TenantRules
  readonly transport: TokenTransport
  readonly rememberMe: boolean
  readonly amr: readonly string[]
  readonly device: DeviceHints
  /** Digest of the fingerprint of the device, if `device` has none. */
  readonly fingerprint?: Uint8Array<ArrayBuffer> | null
  /** Id of the device, if the owner has signed in on it before. */
  readonly deviceId: string | null
  /** Until when the account may be used without the second factor that the policy requires: the session ends then. */
  readonly endsBy?: Date | null
  readonly credentials: Credentials
  readonly origin: Origin
  readonly deadline: Deadline
  /** Thrown if the password or a factor has changed, or the account was deactivated, since the comparison. */
  readonly outdated: () => Problem
}

/** Starts the session. @throws SessionLimitProblem, UnavailableError, or `outdated` */
export async function completeLogin(deps: CompleteLoginDeps, login: ProvenLogin): Promise<SignedIn> {
  const { credentials, candidate, rules, circumstances, consume, origin, deadline } = login
  const { user } = candidate
  const { session, refresh } = startProven(deps, login)
  const replaces = await deps.replaceSession.find(credentials)
  const { factorVersion } = candidate
  const { sessionLimit } = rules
  const request = {
    user,
    factorVersion,
    sessionLimit,
    session,
    circumstances,
    consume,
    replaces,
    origin,
    deadline,
  }
  const opened = await open(deps, request, login.outdated)
  if (replaces !== null && replaces.userId !== user.id) await deps.replaceSession.end(replaces, origin)
  // After the session is stored, because its statement reads the roles that the tokens contain.
  const tokens = await deps.issueTokens(session, opened.owner, refresh)
  const deviceToken = deps.deviceTokens.issue(
    { userId: user.id, epoch: candidate.deviceEpoch },
    login.deviceId,
  )
  return { kind: 'SIGNED_IN', user: opened.user, session: opened.session, tokens, deviceToken }
}

/** Creates the session without storing it. */
export function startProven(deps: StartSessionDeps, login: ProvenLogin) {
  const {
    candidate,
    rules,
    transport,
    rememberMe,
    amr,
    device,
    origin,
    fingerprint = null,
    endsBy = null,
  } = login
  const owner = candidate.user
  const { session, refresh } = startSession(
    deps,
    { owner, transport, rememberMe, amr, device, origin },
    rules.sessions,
  )
  const profile = { ...session.profile, fingerprint: session.profile.fingerprint ?? fingerprint }
  const expiresAt = endsBy !== null && endsBy < session.expiresAt ? endsBy : session.expiresAt
  return { session: { ...session, profile, expiresAt }, refresh }
}

/**
 * Replaces the hash of the right password if it has outdated parameters. If the hasher has no room before the deadline, a
 * later login replaces it.
 */
export async function rehash(
  { hasher, accounts }: Pick<FlowDeps, 'hasher' | 'accounts'>,
  { user, password: stored }: LoginCandidate,
  password: string,
  deadline: Deadline,
): Promise<void> {
  if (stored === null || !hasher.needsRehash(stored)) return
  const hashed = await hasher.hash(password, deadline).catch((error: unknown) => {
    if (error instanceof UnavailableError) return null
    throw error
  })
  if (hashed === null) return
  await accounts.rehashPassword(user.id, stored.hash, { ...hashed, changedAt: stored.changedAt })
}

async function open(
  deps: CompleteLoginDeps,
  request: SignInRequest,
  outdated: () => Problem,
): Promise<OpenedSession> {
  const { user, origin } = request
  try {
    const opened = await deps.openSession(request)
    return opened ?? (await refuse(deps, outdated(), user, origin))
  } catch (error) {
    if (error instanceof SessionLimitProblem) await recordLoginFailure(deps, error.code, user, origin)
    throw error
  }
}
