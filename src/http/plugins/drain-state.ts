import type { DrainReason } from '../../lib/concurrency/drain-reason.ts'

/** Whether this process is shutting down. Once started, draining cannot be reverted. */
export class DrainState {
  #reason: DrainReason | null = null

  get started(): boolean {
    return this.#reason !== null
  }

  /** Whether load balancers must see that nothing listens here soon. */
  get closesPort(): boolean {
    return this.#reason === 'stopping'
  }

  /** A group that stops takes the ports of processes that it was replacing. */
  start(reason: DrainReason = 'stopping'): void {
    if (this.#reason !== 'stopping') this.#reason = reason
  }
}
