import { counterKey } from '../../lib/digest.ts'
import { Turns } from '../../lib/turns.ts'
import { UnavailableError } from '../refusals.ts'
import type { AttemptStore, LockOutRules, Reservation } from './attempt-store.ts'

/** Whose guesses share one count. */
export type AttemptSubject =
  /** Strangers at the login of an account, by whichever of its identifiers. */
  | { readonly kind: 'account'; readonly accountId: string }
  /** A device that the owner of an account has signed in on: strangers do not use its budget up. */
  | { readonly kind: 'device'; readonly deviceId: string }
  /** An identifier without an account; normalised as one of an account would be. */
  | { readonly kind: 'identifier'; readonly tenant: string; readonly identifier: string }
  /** Whoever is signed in and proves the password once more: strangers cannot use that up either. */
  | { readonly kind: 'proof'; readonly accountId: string }

/** The counts of an account besides those of its devices. */
export function accountSubjects(accountId: string): readonly AttemptSubject[] {
  return [
    { kind: 'account', accountId },
    { kind: 'proof', accountId },
  ]
}

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
    const key = this.#keyOf(subject)
    return this.#turns.take(key, async () => {
      const reservation = await this.#reserve(key)
      if (reservation.kind === 'LOCKED') return reservation
      const { failures: failuresBefore, unlocksAt } = reservation
      if (reservation.kind === 'DELAYED') {
        return { kind: 'DELAYED', failuresBefore, retryAfterMs: reservation.retryAfterMs, unlocksAt }
      }
      if (!(await this.#compare(key, compare))) return { kind: 'WRONG', unlocksAt }
      await this.#forgive(() => this.#deps.attempts.clear(key))
      return { kind: 'RIGHT', failuresBefore }
    })
  }

  /** Somebody entitled has unlocked. Never throws: at worst a count ends by itself later. */
  async clear(...subjects: readonly AttemptSubject[]): Promise<void> {
    await Promise.all(
      subjects.map((subject) => this.#forgive(() => this.#deps.attempts.clear(this.#keyOf(subject)))),
    )
  }

  async #reserve(key: string): Promise<Reservation> {
    try {
      return await this.#deps.attempts.reserve(key, this.#deps.rules)
    } catch (error) {
      this.#deps.failed(error, 'refused')
      throw new UnavailableError()
    }
  }

  async #compare(key: string, compare: () => Promise<boolean>): Promise<boolean> {
    try {
      return await compare()
    } catch (error) {
      await this.#forgive(() => this.#deps.attempts.release(key, this.#deps.rules))
      throw error
    }
  }

  async #forgive(change: () => Promise<void>): Promise<void> {
    try {
      await change()
    } catch (error) {
      this.#deps.failed(error, 'admitted')
    }
  }

  #keyOf(subject: AttemptSubject): string {
    const { key } = this.#deps
    switch (subject.kind) {
      case 'account':
      case 'proof':
        return counterKey(key, subject.kind, subject.accountId)
      case 'device':
        return counterKey(key, subject.kind, subject.deviceId)
      case 'identifier':
        return counterKey(key, subject.kind, subject.tenant, subject.identifier)
    }
  }
}
