import { counterKey } from '../../lib/digest.ts'
import { Turns } from '../../lib/turns.ts'
import { UnavailableError } from '../refusals.ts'
import type { AttemptStore, LockOutRules, Reservation } from './attempt-store.ts'

/** An account, and since when its wrong passwords count: those of an earlier epoch are forgotten. */
export interface GuardedAccount {
  readonly accountId: string
  readonly epoch: number
}

/** Whose guesses share one count. */
export type AttemptSubject =
  /** Strangers at the login of an account, by whichever of its identifiers. */
  | ({ readonly kind: 'account' } & GuardedAccount)
  /** A device that the owner of an account has signed in on: strangers do not use its budget up. */
  | ({ readonly kind: 'device'; readonly deviceId: string } & GuardedAccount)
  /** An identifier without an account; normalised as one of an account would be. */
  | { readonly kind: 'identifier'; readonly tenant: string; readonly identifier: string }
  /** Whoever is signed in and proves the password once more: strangers cannot use that up either. */
  | ({ readonly kind: 'proof' } & GuardedAccount)

/**
 * So many times the failures of one count are what all devices of an account have together: an owner who slips on one
 * has as many left on another, and whoever has collected tokens gets no more out of ten of them than out of two.
 */
const devicesTogether = 2

/** How an attempt at a password ended. `unlocksAt`: of the lock that it has begun. */
export type AttemptOutcome =
  | { readonly kind: 'RIGHT'; readonly failuresBefore: number }
  | { readonly kind: 'WRONG'; readonly unlocksAt: Date | null }
  /** Too early after a failure: nothing was compared, and it counts as a failure. */
  | {
      readonly kind: 'DELAYED'
      readonly failuresBefore: number
      readonly retryAfterMs: number
      readonly unlocksAt: Date | null
    }
  /** Locked since before: nothing was compared or counted. */
  | { readonly kind: 'LOCKED'; readonly unlocksAt: Date }

export interface LockOutDeps {
  readonly attempts: AttemptStore
  /** Under which subjects become keys that tell nothing. */
  readonly key: Uint8Array
  readonly rules: LockOutRules
  /** Told what the store threw, and what became of the call. */
  readonly failed: (error: unknown, done: 'refused' | 'admitted') => void
}

/** A counter in the store, and how it judges. */
interface Count {
  readonly key: string
  readonly rules: LockOutRules
}

/** Where an attempt is counted. */
interface Counts {
  /** Of the subject itself: a right password clears it. */
  readonly own: Count
  /** What devices have together: a right password takes only itself back, or a login a day would be new guesses a day. */
  readonly shared: Count | null
}

/**
 * Bounds guesses at passwords. Each is counted before the password is compared, so that no race gets more comparisons
 * than there are failures to a lock. Within this process attempts on one subject take turns: right passwords that come
 * at once do not look like failures to each other.
 */
export class LockOut {
  readonly #deps: LockOutDeps
  readonly #turns = new Turns()

  constructor(deps: LockOutDeps) {
    this.#deps = deps
  }

  get rules(): LockOutRules {
    return this.#deps.rules
  }

  /**
   * Counts the attempt, then compares, if it may. A right password clears the count of this very subject and no other:
   * an owner who signs in on his own device must not give strangers their guesses back.
   * @throws UnavailableError when it cannot be counted; and whatever `compare` throws, which then does not count
   */
  attempt(subject: AttemptSubject, compare: () => Promise<boolean>): Promise<AttemptOutcome> {
    const counts = this.#countsOf(subject)
    const { own, shared } = counts
    return this.#turns.take((shared ?? own).key, async () => {
      const reservation = await this.#reserve(counts)
      if (reservation.kind === 'LOCKED') return reservation
      const { failures: failuresBefore, unlocksAt } = reservation
      if (reservation.kind === 'DELAYED') {
        return { kind: 'DELAYED', failuresBefore, retryAfterMs: reservation.retryAfterMs, unlocksAt }
      }
      if (!(await this.#compare(counts, compare))) return { kind: 'WRONG', unlocksAt }
      await Promise.all([this.#forgive(() => this.#deps.attempts.clear(own.key)), this.#takeBack(shared)])
      return { kind: 'RIGHT', failuresBefore }
    })
  }

  /** What the own count does not admit, the shared one never hears of. */
  async #reserve({ own, shared }: Counts): Promise<Reservation> {
    const reserved = await this.#count(own)
    if (shared === null || reserved.kind !== 'ADMITTED') return reserved
    const together = await this.#count(shared).catch(async (error) => {
      await this.#takeBack(own)
      throw error
    })
    if (together.kind === 'ADMITTED') {
      return { ...reserved, unlocksAt: latest(reserved.unlocksAt, together.unlocksAt) }
    }
    await this.#takeBack(own)
    return together
  }

  async #count({ key, rules }: Count): Promise<Reservation> {
    try {
      return await this.#deps.attempts.reserve(key, rules)
    } catch (error) {
      this.#deps.failed(error, 'refused')
      throw new UnavailableError()
    }
  }

  async #compare({ own, shared }: Counts, compare: () => Promise<boolean>): Promise<boolean> {
    try {
      return await compare()
    } catch (error) {
      await Promise.all([this.#takeBack(own), this.#takeBack(shared)])
      throw error
    }
  }

  async #takeBack(count: Count | null): Promise<void> {
    if (count !== null) await this.#forgive(() => this.#deps.attempts.release(count.key, count.rules))
  }

  /** Never throws: at worst a count ends by itself later. */
  async #forgive(change: () => Promise<void>): Promise<void> {
    try {
      await change()
    } catch (error) {
      this.#deps.failed(error, 'admitted')
    }
  }

  #countsOf(subject: AttemptSubject): Counts {
    const { rules } = this.#deps
    if (subject.kind === 'identifier') {
      return {
        own: { key: this.#keyOf(subject.kind, subject.tenant, subject.identifier), rules },
        shared: null,
      }
    }
    const account = [subject.accountId, String(subject.epoch)]
    if (subject.kind !== 'device') {
      return { own: { key: this.#keyOf(subject.kind, ...account), rules }, shared: null }
    }
    const failures = rules.failures * devicesTogether
    // Each device has delays of its own; one that slips makes no other wait.
    const together = { ...rules, failures, delaysFromFailure: failures }
    return {
      own: { key: this.#keyOf('device', ...account, subject.deviceId), rules },
      shared: { key: this.#keyOf('devices', ...account), rules: together },
    }
  }

  #keyOf(...parts: readonly string[]): string {
    return counterKey(this.#deps.key, ...parts)
  }
}

function latest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other
  return one > other ? one : other
}
