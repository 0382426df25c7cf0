import type { JsonObject } from '../../lib/json.ts'
import type { AlertKind } from './alert.ts'

/** What a receiver is told: the first of a kind in a window, or the summary of the window. */
export interface AlertNotice {
  /** The same at each try of one telling, so that a receiver recognises a repetition. */
  readonly id: string
  readonly kind: AlertKind
  /** The kind in words. */
  readonly message: string
  /** In the window so far, on all processes. */
  readonly occurrences: number
  readonly windowStart: Date
  readonly windowEnd: Date
  /** Of the first of them. */
  readonly details: JsonObject
}

/** A receiver was not told. The message is kept and logged: it holds neither address nor secret. */
export class AlertError extends Error {
  override readonly name = 'AlertError'
}

/** Tells one receiver, within 5 s. */
export interface AlertSink {
  /** @throws AlertError when it did not say that it has understood */
  tell(notice: AlertNotice): Promise<void>
}
