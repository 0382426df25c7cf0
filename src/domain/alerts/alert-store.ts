import type { JsonObject } from '../../lib/text/json.ts'
import type { AlertKind } from './alert.ts'
import type { AlertWindow } from './alert-policy.ts'

/** Alerts of one kind that one process has gathered since its last write. */
export interface AlertCount {
  /** The id of the new row, if the alert is the first of its window. */
  readonly id: string
  readonly kind: AlertKind
  readonly occurrences: number
  /** Details of the first occurrence. */
  readonly details: JsonObject
}

/** An alert that this process has claimed: no other process reports it before `claimedUntil`. */
export interface ClaimedAlert extends AlertCount {
  readonly windowStart: Date
  readonly windowEnd: Date
  /** Number of occurrences that receivers know of; 0 if no notice was sent yet. */
  readonly reportedOccurrences: number
  /** Number of attempts to deliver this notice, including this one and attempts that were interrupted. */
  readonly attempts: number
}

/** The end of a notice: it was delivered, or will not be tried again. */
export interface AlertOutcome {
  /** Number of occurrences that receivers know of now. */
  readonly reported: number
  /** Why the delivery was abandoned, without address and secret; null if the notice was delivered. */
  readonly reason: string | null
  readonly now: Date
}

export interface AlertFailure {
  /** Contains neither the address nor a secret. */
  readonly reason: string
  readonly nextAttemptAt: Date
}

export interface AlertStore {
  /**
   * Adds the counts to the one row of each kind and window, in one statement. A new row is due immediately;
   * occurrences that are added later are due at the end of the window. If the response is lost and the call is
   * repeated, occurrences may count twice.
   */
  record(counts: readonly AlertCount[], window: AlertWindow, now: Date): Promise<void>
  /** Claims up to `limit` due rows of kinds that this version knows. Concurrent processes get different rows. */
  claim(now: Date, claimedUntil: Date, limit: number): Promise<readonly ClaimedAlert[]>
  /**
   * Records the end of a notice. If there are more occurrences, a summary is due at the end of the window. Does
   * nothing if the claim was lost.
   */
  settle(alert: ClaimedAlert, outcome: AlertOutcome): Promise<void>
  /** Records a failed attempt and the time of the next one. Does nothing if the claim was lost. */
  postpone(alert: ClaimedAlert, failure: AlertFailure): Promise<void>
  /** Removes up to `limit` rows whose window ended before that time. Returns the number of removed rows. */
  purge(endedBefore: Date, limit: number): Promise<number>
}
