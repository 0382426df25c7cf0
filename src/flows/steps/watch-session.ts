import type { Origin } from '../../domain/origin/origin.ts'
import { DeviceMismatchProblem } from '../../domain/problems.ts'
import { type RiskSignal, riskWeights } from '../../domain/risk/risk-rules.ts'
import type { DeviceHints } from '../../domain/sessions/device.ts'
import { deviceProfile } from '../../domain/sessions/device-profile.ts'
import type { Session } from '../../domain/sessions/session.ts'
import { judgePresence } from '../../domain/sessions/session-binding.ts'
import { sessionNetwork } from '../../domain/sessions/session-network.ts'
import type { Services } from '../services.ts'
import type { EndSessions } from './end-sessions.ts'

export interface WatchSessionDeps
  extends Pick<Services, 'sessions' | 'sessionProtection' | 'audit' | 'metrics' | 'logger'> {
  readonly endSessions: EndSessions
}

/** The session as it is after somebody has looked where its refresh came from. */
export type WatchSession = (session: Session, hints: DeviceHints, origin: Origin) => Promise<Session>

/**
 * Looks whether a refresh comes from where its session began. Costs no statement where it does, nor where a warning
 * has been written down before. To be called before any token is made. @throws DeviceMismatchProblem, the session ended
 */
export function createWatchSession(deps: WatchSessionDeps): WatchSession {
  async function end(session: Session, signal: 'DEVICE_MISMATCH' | 'IP_CHANGED', origin: Origin) {
    const { id: sessionId, userId, tenantId } = session
    const audit = deps.audit.event('SESSION_REVOKED', origin, { tenantId, userId, sessionId, reason: signal })
    const raises = { signal, weight: riskWeights[signal] }
    await deps.endSessions.one({ sessionId, userId }, { reason: signal, revokedBy: null, audit, raises })
    deps.metrics.count('risk_signals', signal)
    deps.logger.warn(
      { sessionId, userId, signal, requestId: origin.requestId },
      'a refresh token came from elsewhere: its session has been ended',
    )
  }

  async function warn(session: Session, signal: RiskSignal, origin: Origin): Promise<Session> {
    if (session.riskSignals.includes(signal)) return session
    const { id: sessionId, userId, tenantId } = session
    const subject = { tenantId, userId, sessionId, reason: signal }
    const audit = deps.audit.event('SUSPICIOUS_ACTIVITY', origin, subject)
    const raised = { signal, weight: riskWeights[signal] }
    if (await deps.sessions.raise(sessionId, raised, audit)) deps.metrics.count('risk_signals', signal)
    return { ...session, riskSignals: [...session.riskSignals, signal] }
  }

  return async (session, hints, origin) => {
    const now = { profile: deviceProfile(origin, hints), network: sessionNetwork(origin.address) }
    const verdict = judgePresence(session, now, deps.sessionProtection)
    if (verdict.ends !== null) {
      await end(session, verdict.ends, origin)
      throw new DeviceMismatchProblem()
    }
    let watched = session
    for (const signal of verdict.warns) watched = await warn(watched, signal, origin)
    return watched
  }
}
