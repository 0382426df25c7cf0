import type { ClaimedMail, MailStore } from '../domain/mail/mail-store.ts'
import type { MailWaker } from '../domain/mail/mail-waker.ts'
import type { Clock } from '../lib/clock.ts'
import { dayMs, minuteMs } from '../lib/duration.ts'
import type { Logger } from '../lib/logger.ts'

export interface CourierDeps {
  readonly store: MailStore
  /** Brings one claimed mail to its end or to its next try. */
  readonly deliver: (mail: ClaimedMail) => Promise<void>
  readonly clock: Clock
  readonly logger: Logger
  /** How long a stop waits for mails that are being sent. */
  readonly drainSeconds: number
  /** How long a mail belongs to whoever took it: longer than a transport may take (30 s). 60 by default. */
  readonly claimSeconds?: number
}

const concurrency = 10
const pollMs = 5000
const purgeEveryMs = 10 * minuteMs
const keptMs = 7 * dayMs
const purgeBatch = 1000

/**
 * Delivers what lies in the table of mails: at once when woken, and every few seconds what other processes left or
 * what is due again. Several processes may do so at once. Each mail is claimed only when it can be sent right away,
 * so that a killed process holds up, and may send twice, no more than what it was sending.
 */
export class Courier implements MailWaker {
  readonly #deps: CourierDeps
  readonly #running = new Set<Promise<void>>()
  #timer: NodeJS.Timeout | null = null
  #loop: Promise<void> | null = null
  #ring: (() => void) | null = null
  /** Somebody rang since the last look. */
  #again = false
  #stopped = false
  #purgedAtMs: number | null = null

  constructor(deps: CourierDeps) {
    this.#deps = deps
  }

  /** Begins to poll, and to listen to `wake`. */
  start(): void {
    this.#stopped = false
    this.#schedule()
    this.wake()
  }

  /** To be called after the commit that wrote a mail; does nothing in a process that is not started or stops. */
  wake(): void {
    if (this.#timer === null) return
    this.#again = true
    this.#ring?.()
    this.#loop ??= this.#deliverAll()
  }

  /** Delivers on what it is at, as long as drainSeconds allow; what remains is for other processes, or the next start. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const idle = Promise.allSettled([...this.#running, this.#loop])
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), this.#deps.drainSeconds * 1000)
    })
    if ((await Promise.race([idle, late])) === 'late')
      this.#deps.logger.warn({ mails: this.#running.size }, 'stopping while mails are being sent')
    this.#stopped = true
    clearTimeout(timer)
  }

  /** Delivers until nothing is due; answers how many mails were taken in hand. */
  async deliverDue(): Promise<number> {
    let taken = 0
    for (;;) {
      const free = concurrency - this.#running.size
      const mails = free > 0 && !this.#stopped ? await this.#claim(free) : []
      taken += mails.length
      for (const mail of mails) this.#launch(mail)
      if (this.#running.size === 0) return taken
      if (mails.length < free || free === 0) await this.#nextEvent()
    }
  }

  /** Removes what was finished a week ago. */
  async purge(): Promise<void> {
    const before = new Date(this.#deps.clock.now().getTime() - keptMs)
    while ((await this.#deps.store.purge(before, purgeBatch)) === purgeBatch);
  }

  #claim(limit: number): Promise<readonly ClaimedMail[]> {
    const { store, clock, claimSeconds = 60 } = this.#deps
    const now = clock.now()
    return store.claim(now, new Date(now.getTime() + claimSeconds * 1000), limit)
  }

  #launch(mail: ClaimedMail): void {
    const delivery = this.#deps
      .deliver(mail)
      .catch((error: unknown) => {
        this.#deps.logger.warn({ mailId: mail.id, error }, 'the state of a mail could not be written')
      })
      .finally(() => this.#running.delete(delivery))
    this.#running.add(delivery)
  }

  /** A delivery has ended, or somebody has written a mail. */
  async #nextEvent(): Promise<void> {
    if (this.#again) {
      this.#again = false
      return
    }
    const rung = new Promise<void>((resolve) => {
      this.#ring = resolve
    })
    await Promise.race([...this.#running, rung])
    this.#ring = null
  }

  async #deliverAll(): Promise<void> {
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false
        await this.deliverDue()
        await this.#purgeNowAndThen()
      }
    } catch (error) {
      this.#deps.logger.warn({ error }, 'mails could not be looked for')
    } finally {
      this.#loop = null
    }
  }

  async #purgeNowAndThen(): Promise<void> {
    const now = this.#deps.clock.monotonicMs()
    if (this.#purgedAtMs !== null && now - this.#purgedAtMs < purgeEveryMs) return
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
