import type { Guess } from '../../../domain/attempts/guess-patterns.ts'
import type { Origin } from '../../../domain/origin/origin.ts'
import type { Services } from '../../services.ts'

export type WatchGuessesDeps = Pick<Services, 'guessPatterns' | 'audit' | 'auditSink' | 'alerts'>

export type WatchGuesses = (
  guess: Omit<Guess, 'address'>,
  tenantId: string | null,
  origin: Origin,
) => Promise<void>

/**
 * After a wrong password at sign-in: reports credential stuffing and password spraying, once each, as audit event and
 * alert of the tenant of that password. The guesses are counted over all tenants.
 */
export function createWatchGuesses(deps: WatchGuessesDeps): WatchGuesses {
  return async function watchGuesses(guess, tenantId, origin) {
    for (const reason of await deps.guessPatterns.note({ ...guess, address: origin.address })) {
      await deps.auditSink.append(deps.audit.event('SUSPICIOUS_ACTIVITY', origin, { tenantId, reason }))
      deps.alerts.raise(reason, { tenantId, address: origin.address })
    }
  }
}
