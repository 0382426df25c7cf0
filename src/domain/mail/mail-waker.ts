/** Port to the courier of this process. */
export interface MailWaker {
  /** Starts a delivery run now. Call it after the commit of a transaction that queued mail. Never throws. */
  wake(): void
}
