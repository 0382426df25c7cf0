import { counterKey } from '../../lib/digest.ts'
import { KeyedMutex } from '../../lib/keyed-mutex.ts'
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
  /**
   * The one before, while MASTER_KEY is being rotated; else null. Everything is counted under both then: under this one
   * together with processes that do not know the new key yet, under the new one for those that forget this one later.
   */
  readonly previousKey: Uint8Array | null
  readonly rules: LockOutRules
  /** Told what the store threw, and what became of the call. */
  readonly failed: (error: unknown, done: 'refused' | 'admitted') => void
}

/** A counter in the store, and how it judges. */
interface Count {
  readonly key: string
  readonly rules: LockOutRules
  /**
   * Of the devices together. It hears only of what the device itself admits, and a right password takes back no more
   * than its own attempt: a sign-in a day would be new guesses a day.
   */
  readonly shared: boolean
}

type Counts = readonly [Count, ...Count[]]

/** What was counted: a lock of before counts nothing. */
type Counted = Exclude<Reservation, { kind: 'LOCKED' }>

/**
 * Bounds guesses at passwords. Each is counted before the password is compared, so that no race gets more comparisons
 * than there are failures to a lock. Within this process attempts on one subject take turns: right passwords that come
 * at once do not look like failures to each other.
 */
export class LockOut {
  readonly #deps: LockOutDeps
  readonly #turns = new KeyedMutex()

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
    return this.#turns.run((counts.at(-1) ?? counts[0]).key, async () => {
      const reservation = await this.#reserve(counts)
      if (reservation.kind === 'LOCKED') return reservation
      const { failures: failuresBefore, unlocksAt } = reservation
      if (reservation.kind === 'DELAYED') {
        return { kind: 'DELAYED', failuresBefore, retryAfterMs: reservation.retryAfterMs, unlocksAt }
      }
      if (!(await this.#compare(counts, compare))) return { kind: 'WRONG', unlocksAt }
      await Promise.all(counts.map((count) => (count.shared ? this.#takeBack(count) : this.#clear(count))))
      return { kind: 'RIGHT', failuresBefore }
    })
  }

  /** One count after the other; the strictest decides, and what one of them does not let be compared counts in none that is locked. */
  async #reserve([first, ...others]: Counts): Promise<Reservation> {
    let made = await this.#count(first)
    const reserved = [first]
    for (const count of others) {
      if (made.kind === 'LOCKED' || (made.kind === 'DELAYED' && count.shared)) return made
      const next = await this.#count(count).catch(async (error) => {
        await this.#takeBack(...reserved)
        throw error
      })
      if (next.kind === 'LOCKED') {
        await this.#takeBack(...reserved)
        return next
      }
      reserved.push(count)
      made = strictest(made, next)
    }
    return made
  }

  async #count({ key, rules }: Count): Promise<Reservation> {
    try {
      return await this.#deps.attempts.reserve(key, rules)
    } catch (error) {
      this.#deps.failed(error, 'refused')
      throw new UnavailableError()
    }
  }

  async #compare(counts: Counts, compare: () => Promise<boolean>): Promise<boolean> {
    try {
      return await compare()
    } catch (error) {
      await this.#takeBack(...counts)
      throw error
    }
  }

  async #takeBack(...counts: readonly Count[]): Promise<void> {
    const { attempts } = this.#deps
    await Promise.all(counts.map(({ key, rules }) => this.#forgive(() => attempts.release(key, rules))))
  }

  #clear({ key }: Count): Promise<void> {
    return this.#forgive(() => this.#deps.attempts.clear(key))
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
    if (subject.kind === 'identifier')
      return this.#underEachKey(rules, subject.kind, subject.tenant, subject.identifier)
    const account = [subject.accountId, String(subject.epoch)]
    if (subject.kind !== 'device') return this.#underEachKey(rules, subject.kind, ...account)
    const failures = rules.failures * devicesTogether
    // Each device has delays of its own; one that slips makes no other wait.
    const together = { ...rules, failures, delaysFromFailure: failures }
    const shared = this.#underEachKey(together, 'devices', ...account)
    return [
      ...this.#underEachKey(rules, 'device', ...account, subject.deviceId),
      ...shared.map((count) => ({ ...count, shared: true })),
    ]
  }

  #underEachKey(rules: LockOutRules, ...parts: readonly string[]): Counts {
    const { key, previousKey } = this.#deps
    const count = { key: counterKey(key, ...parts), rules, shared: false }
    if (previousKey === null) return [count]
    return [{ ...count, key: counterKey(previousKey, ...parts) }, count]
  }
}

/** Of two counts of one attempt. */
function strictest(one: Counted, other: Counted): Counted {
  const decides = one.kind === 'ADMITTED' && other.kind === 'DELAYED' ? other : one
  return { ...decides, unlocksAt: latest(one.unlocksAt, other.unlocksAt) }
}

function latest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other
  return one > other ? one : other
}
