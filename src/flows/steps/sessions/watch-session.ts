import type { Origin } from '../../../domain/origin/origin.ts'
import { DeviceMismatchProblem } from '../../../domain/problems.ts'
import { type RiskSignal, riskWeights } from '../../../domain/risk/risk-rules.ts'
import type { DeviceHints } from '../../../domain/sessions/device.ts'
import { deviceProfile } from '../../../domain/sessions/device-profile.ts'
import type { Session } from '../../../domain/sessions/session.ts'
import { judgePresence } from '../../../domain/sessions/session-binding.ts'
import { sessionNetwork } from '../../../domain/sessions/session-network.ts'
import { countOfTenant } from '../../../lib/observation/metrics.ts'
import type { Services } from '../../services.ts'
import type { EndSessions } from './end-sessions.ts'

export interface WatchSessionDeps
  extends Pick<Services, 'sessions' | 'sessionProtection' | 'audit' | 'metrics' | 'logger'> {
  readonly endSessions: EndSessions
}

/** Checks where a refresh comes from, and returns the session with its risk signals. */
export type WatchSession = (session: Session, hints: DeviceHints, origin: Origin) => Promise<Session>

/**
 * Checks whether a refresh comes from the device and network where its session began. Costs no statement if it does,
 * or if the same warning is already stored. Call it before any token is created. @throws DeviceMismatchProblem; the
 * session has ended then
 */
export function createWatchSession(deps: WatchSessionDeps): WatchSession {
  return async function watchSession(session, hints, origin) {
    const now = { profile: deviceProfile(origin, hints), network: sessionNetwork(origin.address) }
    const verdict = judgePresence(session, now, deps.sessionProtection)
    if (verdict.endReason !== null) {
      await end(deps, session, verdict.endReason, origin)
      throw new DeviceMismatchProblem()
    }
    let watched = session
    for (const signal of verdict.warnings) watched = await warn(deps, watched, signal, origin)
    return watched
  }
}

async function end(
  deps: WatchSessionDeps,
  session: Session,
  signal: 'DEVICE_MISMATCH' | 'IP_CHANGED',
  origin: Origin,
): Promise<void> {
  const { id: sessionId, userId, tenantId } = session
  const audit = deps.audit.event('SESSION_REVOKED', origin, { tenantId, userId, sessionId, reason: signal })
  const raises = { signal, weight: riskWeights[signal] }
  await deps.endSessions.one({ sessionId, userId }, { reason: signal, revokedBy: null, audit, raises })
  countOfTenant(deps.metrics, 'risk_signals', signal, tenantId)
  deps.logger.warn(
    { tenantId, sessionId, userId, signal, requestId: origin.requestId },
    'refresh token used from another device or network: session revoked',
  )
}

async function warn(
  deps: WatchSessionDeps,
  session: Session,
  signal: RiskSignal,
  origin: Origin,
): Promise<Session> {
  if (session.riskSignals.includes(signal)) return session
  const { id: sessionId, userId, tenantId } = session
  const audit = deps.audit.event('SUSPICIOUS_ACTIVITY', origin, {
    tenantId,
    userId,
    sessionId,
    reason: signal,
  })
  const raised = { signal, weight: riskWeights[signal] }
  if (await deps.sessions.raise(sessionId, raised, audit))
    countOfTenant(deps.metrics, 'risk_signals', signal, tenantId)
  return { ...session, riskSignals: [...session.riskSignals, signal] }
}
