import type { Origin } from '../../domain/origin/origin.ts'
import {
  InvalidRefreshTokenProblem,
  type RateLimitedProblem,
  RefreshTokenReusedProblem,
} from '../../domain/problems.ts'
import type { LimitReport } from '../../domain/rate-limits/limit-report.ts'
import type { Caller, LimitedCall } from '../../domain/rate-limits/limited-call.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import { ForbiddenError } from '../../domain/refusals.ts'
import { riskWeights } from '../../domain/risk/risk-rules.ts'
import { type DeviceHints, deviceDigest } from '../../domain/sessions/device.ts'
import type { Session, SessionOwner, SessionState } from '../../domain/sessions/session.ts'
import { judgeStaleToken, type StaleTokenVerdict } from '../../domain/sessions/session-policy.ts'
import type { Rotation } from '../../domain/sessions/session-store.ts'
import { familyHash } from '../../domain/tokens/refresh-token.ts'
import { toHex } from '../../lib/crypto/digest.ts'
import { countOfTenant } from '../../lib/observation/metrics.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { Credentials } from '../steps/access/credentials.ts'
import { deviceHints, parseInput } from '../steps/input.ts'
import type { SessionTokens } from '../steps/sessions/session-tokens.ts'
import {
  openPresentedRefresh,
  type PresentedRefresh,
  type PresentedRefreshDeps,
} from './presented-refresh.ts'

export interface RefreshSessionInput extends PresentedRefresh {
  readonly device?: DeviceHints | null | undefined
}

export interface Refreshed {
  readonly session: Session
  readonly tokens: SessionTokens
}

type RefreshSessionDeps = PresentedRefreshDeps &
  Pick<
    FlowDeps,
    | 'sessions'
    | 'refreshRules'
    | 'tenantLimits'
    | 'tenants'
    | 'recordRefusal'
    | 'endSessions'
    | 'watchSession'
    | 'mails'
    | 'courier'
    | 'alerts'
    | 'metrics'
    | 'issueTokens'
    | 'audit'
    | 'auditSink'
    | 'userAgents'
    | 'sessionUses'
    | 'clock'
    | 'logger'
  >

/**
 * Exchanges a refresh token for its successor and a new access token. The usual case is one statement; three if the tenant has a budget for refreshes. If the
 * statement matches no row, the session is read: a repeat in the grace window, or after a lost answer, gets the present
 * token, and reuse ends the session. Tokens are created last, because a session that is used from another device or network may end before
 * that.
 * @throws InvalidRefreshTokenProblem, RefreshTokenReusedProblem, DeviceMismatchProblem, RateLimitedProblem,
 * ForbiddenError (CSRF)
 */
export function createRefreshSession(deps: RefreshSessionDeps) {
  return async function refreshSession(
    input: RefreshSessionInput,
    credentials: Credentials,
    caller: Caller,
    report: LimitReport,
  ): Promise<Refreshed> {
    const { origin } = caller
    const call = { limit: limits.refresh, caller, identifier: null, checksCredentials: false, report }
    const { presented, fromCookie, sessionId } = await openPresentedRefresh(deps, call, input, credentials)
    const hints = readHints(input.device)
    const rotation: Rotation = {
      familyHash: familyHash(presented.family),
      generation: presented.generation,
      transports: fromCookie ? ['COOKIE', 'HYBRID'] : ['BODY'],
      sessionId,
      now: deps.clock.now(),
      graceSeconds: deps.refreshRules.refreshGraceSeconds,
      device: deviceDigest(origin.userAgent, hints),
      ipAddress: origin.address,
      userAgent: origin.userAgent,
      privileged: deps.refreshRules.privileged,
      tenantCharged: false,
      audit: deps.audit.event('TOKEN_REFRESHED', origin, {}),
    }
    const rotated = await rotate(deps, { rotation, call })
    deps.userAgents.note(origin.userAgent, rotated.session.userId, rotation.now)
    const session = await deps.watchSession(rotated.session, hints, origin)
    const current = { family: presented.family, generation: rotated.session.generation }
    return { session, tokens: await deps.issueTokens(session, rotated.owner, current) }
  }
}

/** The rotation that is attempted, and the call that it is charged for. */
interface RefreshRequest {
  readonly rotation: Rotation
  readonly call: LimitedCall
}

/** Invalid hints are ignored, because RefreshResult has no type for input issues. */
function readHints(raw: DeviceHints | null | undefined): DeviceHints {
  try {
    return parseInput(deviceHints, raw ?? {})
  } catch {
    return {}
  }
}

/**
 * The session's budget is charged before the rotation. If it is exhausted, the session is only read, since a repeat
 * is free and reuse must still end the session.
 */
async function rotate(deps: RefreshSessionDeps, request: RefreshRequest) {
  const { rotation, call } = request
  const refusal = await deps.rateLimits.chargeRefresh(call, rotation.familyHash)
  const rotated = refusal === null ? await deps.sessions.rotate(rotation) : null
  return rotated ?? (await handleStaleToken(deps, request, refusal))
}

async function handleStaleToken(
  deps: RefreshSessionDeps,
  { rotation, call }: RefreshRequest,
  refusal: RateLimitedProblem | null,
): Promise<{ session: SessionState; owner: SessionOwner }> {
  const { origin } = call.caller
  const found = await deps.sessions.findByFamily(rotation.familyHash, rotation.now)
  if (found === null || !rotation.transports.includes(found.session.transport))
    throw new InvalidRefreshTokenProblem()
  const { session, owner } = found
  if (rotation.sessionId !== null && rotation.sessionId !== session.id) throw new ForbiddenError('CSRF')
  if (!owner.allowed) throw new InvalidRefreshTokenProblem()
  const verdict = judge(deps, session, rotation)
  if (verdict === 'repeat') {
    if (refusal === null) await deps.rateLimits.refundSession(rotation.familyHash, call.report)
    deps.metrics.count('refresh_repeats', 'grace')
    return found
  }
  // Reuse ends the session even if the caller is rate limited. It happens once, however often the call is repeated.
  if (verdict === 'reuse') {
    await endReusedSession(deps, session, origin)
    throw new RefreshTokenReusedProblem()
  }
  if (refusal !== null) {
    const { id: sessionId, userId, tenantId } = session
    if (verdict === 'dead') noteRefused(deps, rotation, session)
    deps.recordRefusal({ budget: 'refresh', field: 'refresh', origin, userId, tenantId, sessionId })
    call.report.noteRefusedBy('refresh')
    throw refusal
  }
  if (isPresent(session, rotation)) {
    const rotated = await rotateOfTenant(deps, rotation, session, origin)
    if (rotated !== null) return rotated
  }
  if (verdict === 'lostAnswer') {
    await recordLostAnswer(deps, session, rotation, origin)
    return found
  }
  if (verdict === 'ahead') return moveForward(deps, rotation, session, origin)
  throw new InvalidRefreshTokenProblem()
}

/** The present token of a live session was refused: its holder has received it. */
function noteRefused(deps: RefreshSessionDeps, rotation: Rotation, session: SessionState): void {
  if (session.revokedAt !== null) return
  const { id: sessionId, authTime, secondFactorAt } = session
  deps.sessionUses.note({ ...presentedToken(rotation), sessionId, authTime, secondFactorAt })
}

function isPresent(session: SessionState, { generation, now }: Rotation): boolean {
  const { revokedAt, idleExpiresAt, expiresAt } = session
  return session.generation === generation && revokedAt === null && idleExpiresAt > now && expiresAt > now
}

/**
 * Rotates a session that the first statement has left out, because its tenant has a budget for refreshes: only the session
 * names the tenant. Null if there was another reason.
 */
async function rotateOfTenant(
  deps: RefreshSessionDeps,
  rotation: Rotation,
  session: SessionState,
  origin: Origin,
) {
  const { id: sessionId, userId, tenantId } = session
  const { budgets } = await deps.tenants.rulesOf(tenantId)
  const call = { limit: 'refresh', tenantId, budgets, origin, userId, sessionId } as const
  const refusal = await deps.tenantLimits.refusalOf({ ...call, checksCredentials: false })
  if (refusal === null) return deps.sessions.rotate({ ...rotation, tenantCharged: true })
  noteRefused(deps, rotation, session)
  throw refusal
}

function presentedToken({ familyHash, generation }: Rotation) {
  return { tokenId: `${toHex(familyHash)} ${generation}`, generation }
}

/** This process may know of uses that are not written yet. */
function judge(deps: RefreshSessionDeps, session: SessionState, rotation: Rotation): StaleTokenVerdict {
  const isSeen = deps.sessionUses.isWaiting(session)
  const known = isSeen ? { ...session, seenGeneration: session.generation } : session
  return judgeStaleToken(known, rotation, rotation.now, deps.refreshRules)
}

/** Within the grace period repeats are usual and leave no trace; later ones are audited, since a thief may cause them. */
async function recordLostAnswer(
  deps: RefreshSessionDeps,
  session: SessionState,
  { now }: Rotation,
  origin: Origin,
): Promise<void> {
  const { id: sessionId, userId, tenantId, rotations } = session
  const sinceMs = now.getTime() - (rotations[0]?.at ?? now).getTime()
  const details = { lostAnswer: true, secondsSinceRotation: Math.round(sinceMs / 1000) }
  await deps.auditSink.append(
    deps.audit.event('TOKEN_REFRESHED', origin, { tenantId, userId, sessionId, details }),
  )
  deps.metrics.count('refresh_repeats', 'lost_answer')
}

/** The database lost its last writes (a restored backup, a promoted replica that lagged), so the token decides. */
async function moveForward(
  deps: RefreshSessionDeps,
  rotation: Rotation,
  session: SessionState,
  origin: Origin,
) {
  const { tenantId, userId, id: sessionId } = session
  deps.logger.error(
    { tenantId, sessionId, stored: session.generation, presented: rotation.generation },
    'refresh token is ahead of its session: the database has lost writes',
  )
  deps.alerts.raise('DATABASE_LOST_WRITES', { tenantId, sessionId, requestId: origin.requestId })
  const reason = 'REFRESH_TOKEN_AHEAD'
  const audit = deps.audit.event('SUSPICIOUS_ACTIVITY', origin, { tenantId, userId, sessionId, reason })
  const moved = await deps.sessions.advance({ ...rotation, tenantCharged: true, audit })
  if (moved === null) throw new InvalidRefreshTokenProblem()
  return moved
}

async function endReusedSession(
  deps: RefreshSessionDeps,
  session: SessionState,
  origin: Origin,
): Promise<void> {
  const { id: sessionId, userId, tenantId } = session
  deps.logger.warn(
    { tenantId, sessionId, userId, requestId: origin.requestId },
    'refresh token reused: session revoked',
  )
  const audit = deps.audit.event('REFRESH_TOKEN_REUSED', origin, { tenantId, userId, sessionId })
  const raises = { signal: 'TOKEN_REUSE', weight: riskWeights.TOKEN_REUSE } as const
  const ending = { reason: 'REFRESH_TOKEN_REUSED', revokedBy: null, audit, raises } as const
  const ended = await deps.endSessions.oneWithNotice({ sessionId, userId }, ending, (owner) =>
    deps.mails(origin).refreshTokenReused(owner, session),
  )
  if (ended === null) return
  deps.courier.wake()
  countOfTenant(deps.metrics, 'risk_signals', 'TOKEN_REUSE', tenantId)
  const { address, requestId } = origin
  deps.alerts.raise('REFRESH_TOKEN_REUSED', { tenantId, sessionId, userId, address, requestId })
}
