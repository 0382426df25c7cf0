import type { MailWaker } from '../domain/mail/mail-waker.ts'
import type { Courier } from './courier.ts'

/**
 * The couriers of mails and of text messages. Each has deliveries of its own, so that a mail server that hangs does not
 * delay text messages, nor the other way round.
 */
export class Couriers implements MailWaker {
  readonly #couriers: readonly Courier[]

  constructor(couriers: readonly Courier[]) {
    this.#couriers = couriers
  }

  start(): void {
    for (const courier of this.#couriers) courier.start()
  }

  wake(): void {
    for (const courier of this.#couriers) courier.wake()
  }

  async stop(): Promise<void> {
    await Promise.all(this.#couriers.map((courier) => courier.stop()))
  }

  /** Delivers until nothing is due. Returns the number of claimed messages. */
  async deliverDue(): Promise<number> {
    const claimed = await Promise.all(this.#couriers.map((courier) => courier.deliverDue()))
    return claimed.reduce((sum, count) => sum + count, 0)
  }
}
