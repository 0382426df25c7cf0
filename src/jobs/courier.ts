import type { MessageChannel } from '../domain/mail/mail.ts'
import type { ClaimedMail, MailStore } from '../domain/mail/mail-store.ts'
import type { MailWaker } from '../domain/mail/mail-waker.ts'
import type { Logger } from '../lib/observation/logger.ts'
import type { Clock } from '../lib/time/clock.ts'
import { dayMs, minuteMs } from '../lib/time/duration.ts'

export interface CourierDeps {
  readonly channel: MessageChannel
  readonly store: Pick<MailStore, 'claim' | 'purge'>
  /** Sends, discards or postpones one claimed mail. */
  readonly deliver: (mail: ClaimedMail) => Promise<void>
  /** Number of mails that can be sent now; the others stay in the queue, and keep their attempts. */
  readonly capacity: () => number
  readonly clock: Clock
  readonly logger: Logger
  /** Maximum time that `stop` waits for mails that are being sent. */
  readonly drainSeconds: number
  /** How long a claim is valid: longer than a transport may take (30 s). Default: 60. */
  readonly claimSeconds?: number
}

const maxDeliveries = 10
const pollMs = 5000
const purgeIntervalMs = 10 * minuteMs
const keptMs = 7 * dayMs
const purgeBatchSize = 1000

/**
 * Delivers the queued messages of one channel: immediately when woken, and by polling every few seconds for mails that other processes left
 * and for mails that are due again. Several processes can do so concurrently. A mail is claimed only when it can be sent
 * right away, so that a killed process delays, and may send twice, only the mails that it was sending.
 */
export class Courier implements MailWaker {
  readonly #deps: CourierDeps
  readonly #running = new Set<Promise<void>>()
  #timer: NodeJS.Timeout | null = null
  #loop: Promise<void> | null = null
  #notifyWake: (() => void) | null = null
  /** Whether `wake` was called since the last claim. */
  #woken = false
  #stopped = false
  #purgedAtMs: number | null = null

  constructor(deps: CourierDeps) {
    this.#deps = deps
  }

  /** Starts polling, and reacting to `wake`. */
  start(): void {
    this.#stopped = false
    this.#schedule()
    this.wake()
  }

  /** Call it after the commit that queued a mail. Does nothing before `start` and after `stop`. */
  wake(): void {
    if (this.#timer === null) return
    this.#woken = true
    this.#notifyWake?.()
    this.#loop ??= this.#deliverAll()
  }

  /** Waits up to drainSeconds for running deliveries; other processes, or the next start, deliver the rest. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const idle = Promise.allSettled([...this.#running, this.#loop])
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), this.#deps.drainSeconds * 1000)
    })
    if ((await Promise.race([idle, late])) === 'late')
      this.#deps.logger.warn({ mails: this.#running.size }, 'stopped while mails were being sent')
    this.#stopped = true
    clearTimeout(timer)
  }

  /** Delivers until no mail is due. Returns the number of claimed mails. */
  async deliverDue(): Promise<number> {
    let claimed = 0
    for (;;) {
      const free = Math.min(maxDeliveries, this.#deps.capacity()) - this.#running.size
      const mails = free > 0 && !this.#stopped ? await this.#claim(free) : []
      claimed += mails.length
      for (const mail of mails) this.#launch(mail)
      if (this.#running.size === 0) return claimed
      if (mails.length < free || free <= 0) await this.#nextEvent()
    }
  }

  /** Removes mails that were finished a week ago. */
  async purge(): Promise<void> {
    const before = new Date(this.#deps.clock.now().getTime() - keptMs)
    while ((await this.#deps.store.purge(before, purgeBatchSize)) === purgeBatchSize);
  }

  #claim(limit: number): Promise<readonly ClaimedMail[]> {
    const { channel, store, clock, claimSeconds = 60 } = this.#deps
    const now = clock.now()
    const claimedUntil = new Date(now.getTime() + claimSeconds * 1000)
    return store.claim({ channel, now, claimedUntil, limit })
  }

  #launch(mail: ClaimedMail): void {
    const delivery = this.#deps
      .deliver(mail)
      .catch((error: unknown) => {
        this.#deps.logger.warn({ mailId: mail.id, error }, 'state of mail could not be written')
      })
      .finally(() => this.#running.delete(delivery))
    this.#running.add(delivery)
  }

  /** Resolves when a delivery ends, or when `wake` is called. */
  async #nextEvent(): Promise<void> {
    if (this.#woken) {
      this.#woken = false
      return
    }
    const woken = new Promise<void>((resolve) => {
      this.#notifyWake = resolve
    })
    await Promise.race([...this.#running, woken])
    this.#notifyWake = null
  }

  async #deliverAll(): Promise<void> {
    try {
      while (this.#woken && !this.#stopped) {
        this.#woken = false
        await this.deliverDue()
        await this.#purgeIfDue()
      }
    } catch (error) {
      this.#deps.logger.warn({ error }, 'mails could not be claimed')
    } finally {
      this.#loop = null
    }
  }

  async #purgeIfDue(): Promise<void> {
    const now = this.#deps.clock.monotonicMs()
    if (this.#purgedAtMs !== null && now - this.#purgedAtMs < purgeIntervalMs) return
    this.#purgedAtMs = now
    await this.purge()
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#schedule()
      this.wake()
    }, pollMs)
    this.#timer.unref()
  }
}
