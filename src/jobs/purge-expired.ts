import type { Stores } from '../domain/transaction.ts'
import type { Clock } from '../lib/clock.ts'
import { dayMs, hourMs } from '../lib/duration.ts'

export interface PurgeExpiredDeps {
  readonly stores: Pick<
    Stores,
    'sessions' | 'revocations' | 'oneTimeTokens' | 'accounts' | 'alerts' | 'apiKeys'
  >
  readonly clock: Clock
}

/** Rows of one statement: short enough that nobody waits for its locks. */
const batchSize = 1000
/** Clocks disagree, and a support case wants to look: nothing goes on the dot. */
const keptMs = hourMs
/** Of alerts, so that an incident can be looked into afterwards. */
const alertsKeptMs = 30 * dayMs
/** Of API keys, for whoever looks at his list. */
const apiKeysKeptMs = 90 * dayMs

/**
 * Removes what can never be used again: sessions past their absolute end, revocations of tokens that have expired,
 * one-time tokens and reservations of addresses that are over, alerts after 30 days, API keys 90 days after their end.
 * In batches, until nothing is left or `signal` says stop. Answers how many rows went.
 */
export function createPurgeExpired(deps: PurgeExpiredDeps) {
  return async (signal?: AbortSignal): Promise<number> => {
    const before = new Date(deps.clock.now().getTime() - keptMs)
    const alertsBefore = new Date(deps.clock.now().getTime() - alertsKeptMs)
    const apiKeysBefore = new Date(deps.clock.now().getTime() - apiKeysKeptMs)
    const { sessions, revocations, oneTimeTokens, accounts, alerts, apiKeys } = deps.stores
    let removed = 0
    for (const purge of [
      () => sessions.purge(before, batchSize),
      () => revocations.purge(before, batchSize),
      () => oneTimeTokens.purge(before, batchSize),
      () => accounts.purgeReservations(before, batchSize),
      () => alerts.purge(alertsBefore, batchSize),
      () => apiKeys.purge(apiKeysBefore, batchSize),
    ]) {
      let batch = batchSize
      while (batch === batchSize && signal?.aborted !== true) {
        batch = await purge()
        removed += batch
      }
    }
    return removed
  }
}
