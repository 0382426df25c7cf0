import type { Stores } from '../domain/transaction.ts'
import type { Clock } from '../lib/time/clock.ts'
import { dayMs, hourMs } from '../lib/time/duration.ts'

export interface PurgeExpiredDeps {
  readonly stores: Pick<
    Stores,
    | 'sessions'
    | 'revocations'
    | 'oneTimeTokens'
    | 'phoneCodes'
    | 'usedCeremonies'
    | 'pendingRegistrations'
    | 'emailReservations'
    | 'alerts'
    | 'apiKeys'
    | 'userAgents'
    | 'rememberedDevices'
    | 'signInChallenges'
    | 'factorChanges'
    | 'userAccess'
  >
  readonly clock: Clock
  /** How long the link in the mail can restore a removed factor. */
  readonly removedFactorsSeconds: number
}

/** Rows per statement: small, so that its locks block others only briefly. */
const batchSize = 1000
/** Rows are kept for an hour after they expire, since clocks differ and for support cases. */
const keptMs = hourMs
/** Alerts are kept longer, so that incidents can be investigated. */
const alertsKeptMs = 30 * dayMs
/** A link lives from the moment at which its mail is sent, which can take a day. */
const mailDelayMs = 2 * dayMs
/** API keys are kept longer, for the list of their owner. */
const apiKeysKeptMs = 90 * dayMs

/**
 * Removes rows that can never be used again: sessions past their absolute end, revocations of expired tokens, expired
 * one-time tokens, phone codes, used ceremonies, remembered devices and challenges of sign-ins, factors that were removed, pending registrations and reservations of
 * addresses, alerts after 30 days, what users had of removed roles, API keys 90 days after their end. Works in batches,
 * until nothing is left or `signal` is aborted. Returns the number of removed rows.
 */
export function createPurgeExpired(deps: PurgeExpiredDeps) {
  return async function purgeExpired(signal?: AbortSignal): Promise<number> {
    let removed = 0
    for (const purgeBatch of purges(deps)) {
      let batch = batchSize
      while (batch === batchSize && signal?.aborted !== true) {
        batch = await purgeBatch()
        removed += batch
      }
    }
    return removed
  }
}

/** Each function removes one batch and returns its size. */
function purges({
  stores,
  clock,
  removedFactorsSeconds,
}: PurgeExpiredDeps): readonly (() => Promise<number>)[] {
  const now = clock.now().getTime()
  const before = new Date(now - keptMs)
  const alertsBefore = new Date(now - alertsKeptMs)
  const factorsBefore = new Date(now - mailDelayMs - removedFactorsSeconds * 1000)
  const apiKeysBefore = new Date(now - apiKeysKeptMs)
  return [
    () => stores.sessions.purge(before, batchSize),
    () => stores.revocations.purge(before, batchSize),
    () => stores.oneTimeTokens.purge(before, batchSize),
    () => stores.phoneCodes.purge(before, batchSize),
    () => stores.usedCeremonies.purge(before, batchSize),
    () => stores.pendingRegistrations.purge(before, batchSize),
    () => stores.emailReservations.purge(before, batchSize),
    () => stores.alerts.purge(alertsBefore, batchSize),
    () => stores.apiKeys.purge(apiKeysBefore, batchSize),
    () => stores.userAgents.purge(new Date(now), batchSize),
    () => stores.rememberedDevices.purge(before, batchSize),
    () => stores.signInChallenges.purge(before, batchSize),
    () => stores.factorChanges.purgeRemoved(factorsBefore, batchSize),
    () => stores.userAccess.purge(batchSize),
  ]
}
