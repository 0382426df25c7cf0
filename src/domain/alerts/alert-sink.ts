import type { JsonObject } from '../../lib/text/json.ts'
import type { AlertKind } from './alert.ts'

/** A message to the receivers of alerts: the first alert of a kind in a window, or the summary of the window. */
export interface AlertNotice {
  /** The same for each attempt to deliver this notice, so that receivers recognise repetitions. */
  readonly id: string
  readonly kind: AlertKind
  /** The kind as a sentence. */
  readonly message: string
  /** Number of occurrences in the window so far, on all processes. */
  readonly occurrences: number
  readonly windowStart: Date
  readonly windowEnd: Date
  /** Details of the first occurrence. */
  readonly details: JsonObject
}

/** A notice was not delivered. The error message is stored and logged: it contains neither the address nor a secret. */
export class AlertError extends Error {
  override readonly name = 'AlertError'
}

/** Port to one receiver of alerts. */
export interface AlertSink {
  /**
   * Delivers a notice within 5 s.
   * @throws AlertError if the receiver did not confirm the notice
   */
  send(notice: AlertNotice): Promise<void>
}
