import { setTimeout as sleep } from 'node:timers/promises'
import { GateTimeout } from '../../lib/concurrency/gate.ts'
import { KeyedMutex } from '../../lib/concurrency/keyed-mutex.ts'
import { toHex } from '../../lib/crypto/digest.ts'
import { randomBelow, randomBytes } from '../../lib/crypto/random.ts'
import type { Deadline } from '../../lib/time/deadline.ts'
import { UnavailableError } from '../refusals.ts'
import { type Count, type CountNames, type Counts, countsOf, isOwn } from './attempt-counts.ts'
import { type Decision, decide } from './attempt-decision.ts'
import { AttemptReservations, type AttemptReservationsDeps } from './attempt-reservations.ts'
import type { Failure, LockOutRules } from './attempt-store.ts'
import type { AttemptSubject } from './attempt-subject.ts'

const attemptIdBytes = 9

/** The result of a comparison. UNCOUNTED: neither counted as a failure, nor does it clear the count. */
export type ComparisonVerdict = 'RIGHT' | 'WRONG' | 'UNCOUNTED'

/**
 * The result of an attempt. `unlocksAt` is the end of the lock that began with this attempt; null if it did not lock.
 */
export type AttemptOutcome =
  | { readonly kind: 'RIGHT'; readonly failuresBefore: number }
  /** `attemptsLeft` is the number of further failures until a lock. */
  | {
      readonly kind: 'WRONG'
      readonly unlocksAt: Date | null
      readonly attemptsLeft: number
      /** Whether a lock of the account began with this attempt, which the response must not reveal. */
      readonly silentLock: boolean
    }
  | { readonly kind: 'UNCOUNTED'; readonly failuresBefore: number }
  /** Too soon after a failure: the password was not compared, and the attempt counts as a failure. */
  | {
      readonly kind: 'DELAYED'
      readonly failuresBefore: number
      readonly retryAfterMs: number
      readonly unlocksAt: Date | null
    }
  /** Locked by an earlier attempt: the password was not compared, and the attempt was not counted. */
  | { readonly kind: 'LOCKED'; readonly unlocksAt: Date }

export type LockOutDeps = AttemptReservationsDeps & CountNames

/** Wait before an attempt asks again whether the comparisons of other processes have ended, at random in this range. */
const busyWaitMs = { min: 5, max: 30 } as const

/**
 * Limits guesses at passwords. An attempt is reserved before its password is compared, and counts as a failure after it:
 * parallel attempts get no more comparisons than the number of failures that lock, and an attempt that is being compared
 * is no failure of others. Attempts whose decision depends on such a comparison wait for it. Within this process,
 * attempts on one subject run one after the other. Attempts that find no room in this line, or wait too long in it, are
 * refused and not counted.
 */
export class LockOut {
  readonly #names: CountNames
  readonly #reservations: AttemptReservations
  readonly #mutex = new KeyedMutex()

  constructor(deps: LockOutDeps) {
    this.#names = deps
    this.#reservations = new AttemptReservations(deps)
  }

  get rules(): LockOutRules {
    return this.#names.rules
  }

  /**
   * Compares the password if the attempt is admitted, and counts the attempt. If the account is locked, but not the
   * identifier, `compare` is called with `inVain`: it does the same work and never returns RIGHT. A correct password clears the count of
   * this subject only: a sign-in on the owner's device must not reset the count of unknown devices.
   * @throws UnavailableError if the attempt cannot be counted, or waits for others until the deadline. An error of
   * `compare` is thrown on; the attempt is then not counted.
   */
  attempt(
    subject: AttemptSubject,
    compare: (inVain: boolean) => Promise<ComparisonVerdict>,
    deadline: Deadline,
  ): Promise<AttemptOutcome> {
    const counts = countsOf(this.#names, subject)
    const attempt = toHex(randomBytes(attemptIdBytes))
    return this.#inTurn((counts.at(-1) ?? counts[0]).key, deadline, async () => {
      const { decision, admitted } = await this.#reserveUntilDecided(counts, attempt, deadline)
      if (decision.kind === 'LOCKED') return decision
      if (decision.kind === 'DELAYED') return this.#failDelayed(decision, counts, attempt)
      const verdict = await this.#compare(admitted, attempt, () => compare(decision.inVain))
      if (verdict === 'WRONG') return this.#failWrong(admitted, attempt)
      if (verdict === 'UNCOUNTED') await this.#reservations.release(admitted, attempt)
      else await this.#reservations.clear(counts, attempt)
      return { kind: verdict, failuresBefore: decision.failuresBefore }
    })
  }

  /** Forgets the failures of a subject, as a correct password does. Never throws. */
  clear(subject: AttemptSubject): Promise<void> {
    return this.#reservations.clear(countsOf(this.#names, subject), toHex(randomBytes(attemptIdBytes)))
  }

  async #inTurn<T>(key: string, deadline: Deadline, task: () => Promise<T>): Promise<T> {
    try {
      return await this.#mutex.runWithin(key, deadline.leftMs, task)
    } catch (error) {
      if (error instanceof GateTimeout) throw new UnavailableError()
      throw error
    }
  }

  /** `admitted` are the counts that hold a reservation; none unless the decision is ADMITTED. */
  async #reserveUntilDecided(counts: Counts, attempt: string, deadline: Deadline) {
    for (;;) {
      const all = await this.#reservations.reserve(counts, attempt)
      const decision = decide(all)
      const admitted = all
        .filter(({ reservation }) => reservation.kind === 'ADMITTED')
        .map(({ count }) => count)
      if (decision.kind === 'ADMITTED') return { decision, admitted }
      await this.#reservations.release(admitted, attempt)
      if (decision.kind !== 'BUSY') return { decision, admitted: [] }
      if (deadline.leftMs === 0) throw new UnavailableError()
      await sleep(busyWaitMs.min + randomBelow(busyWaitMs.max - busyWaitMs.min))
    }
  }

  /** Counts a failure in the counts of the identifier or device alone: shared and silent counts count comparisons. */
  async #failDelayed(
    decision: Extract<Decision, { kind: 'DELAYED' }>,
    counts: Counts,
    attempt: string,
  ): Promise<AttemptOutcome> {
    const failures = await this.#reservations.fail(counts.filter(isOwn), attempt)
    const earlier = failures.find(({ unlocksAt, began }) => unlocksAt !== null && !began)
    if (earlier?.unlocksAt) return { kind: 'LOCKED', unlocksAt: earlier.unlocksAt }
    return { ...decision, unlocksAt: latestOf(failures) }
  }

  async #failWrong(admitted: readonly Count[], attempt: string): Promise<AttemptOutcome> {
    const failures = await this.#reservations.fail(admitted, attempt)
    const open = failures.filter(({ count }) => !count.silent)
    return {
      kind: 'WRONG',
      unlocksAt: latestOf(open.filter(({ began }) => began)),
      attemptsLeft: Math.min(...open.map((one) => Math.max(0, one.count.rules.failures - one.failures))),
      silentLock: failures.some(({ count, began }) => count.silent && began),
    }
  }

  async #compare(
    admitted: readonly Count[],
    attempt: string,
    compare: () => Promise<ComparisonVerdict>,
  ): Promise<ComparisonVerdict> {
    try {
      return await compare()
    } catch (error) {
      await this.#reservations.release(admitted, attempt)
      throw error
    }
  }
}

function latestOf(failures: readonly Pick<Failure, 'unlocksAt'>[]): Date | null {
  const ends = failures.flatMap(({ unlocksAt }) => (unlocksAt === null ? [] : [unlocksAt.getTime()]))
  return ends.length === 0 ? null : new Date(Math.max(...ends))
}
