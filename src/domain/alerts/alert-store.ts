import type { JsonObject } from '../../lib/json.ts'
import type { AlertKind } from './alert.ts'
import type { AlertWindow } from './alert-policy.ts'

/** What one process has seen of a kind since it last wrote. */
export interface AlertCount {
  /** Of the row, should it be the first of its window. */
  readonly id: string
  readonly kind: AlertKind
  readonly occurrences: number
  /** Of the first of them. */
  readonly details: JsonObject
}

/** A kind and window that this process has taken: nobody else tells of it before `claimedUntil`. */
export interface ClaimedAlert extends AlertCount {
  readonly windowStart: Date
  readonly windowEnd: Date
  /** How many of them receivers know of; 0: they have heard nothing yet. */
  readonly toldOccurrences: number
  /** Of this telling, this try included; a try that was cut short counts too. */
  readonly attempts: number
}

/** Receivers were told, or are not to be told any more. */
export interface AlertOutcome {
  readonly told: number
  /** Why it was given up, without address and secret; null: it was told. */
  readonly reason: string | null
  readonly now: Date
}

export interface AlertFailure {
  /** Without address and secret. */
  readonly reason: string
  readonly nextAttemptAt: Date
}

export interface AlertStore {
  /**
   * Adds to the one row of each kind and window, or begins it: then it is due at once. What is added later is due when
   * its window is over. One statement; an answer that was lost may make it count twice.
   */
  record(counts: readonly AlertCount[], window: AlertWindow, now: Date): Promise<void>
  /** Takes up to `limit` due rows of kinds that this version knows; of several processes each gets others. */
  claim(now: Date, claimedUntil: Date, limit: number): Promise<readonly ClaimedAlert[]>
  /** Ends a telling; another is due at the end of the window if more has happened. Nothing if the claim was lost. */
  settle(alert: ClaimedAlert, outcome: AlertOutcome): Promise<void>
  /** The try failed. Nothing if the claim was lost. */
  postpone(alert: ClaimedAlert, failure: AlertFailure): Promise<void>
  /** Removes rows whose window ended before, at most `limit` at once; answers how many. */
  purge(endedBefore: Date, limit: number): Promise<number>
}
