import type { Alerts } from '../../domain/alerts/alert.ts'
import type { Guess, GuessPatterns } from '../../domain/attempts/guess-patterns.ts'
import type { AuditRecorder } from '../../domain/audit/audit-recorder.ts'
import type { AuditSink } from '../../domain/audit/audit-store.ts'
import type { Origin } from '../../domain/origin/origin.ts'

export interface WatchGuessesDeps {
  readonly guessPatterns: Pick<GuessPatterns, 'note'>
  readonly audit: AuditRecorder
  readonly auditSink: AuditSink
  readonly alerts: Alerts
}

export type WatchGuesses = (guess: Omit<Guess, 'address'>, origin: Origin) => Promise<void>

/** After a wrong password at the login: tells of stuffing and spraying, in the audit log and to operators, once each. */
export function createWatchGuesses(deps: WatchGuessesDeps): WatchGuesses {
  return async (guess, origin) => {
    for (const reason of await deps.guessPatterns.note({ ...guess, address: origin.address })) {
      await deps.auditSink.append(deps.audit.event('SUSPICIOUS_ACTIVITY', origin, { reason }))
      deps.alerts.raise(reason, { address: origin.address })
    }
  }
}
