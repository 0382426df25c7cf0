import type { Deadline } from '../../lib/deadline.ts'
import { counterKey } from '../../lib/digest.ts'
import { GateTimeout } from '../../lib/gate.ts'
import { KeyedMutex } from '../../lib/keyed-mutex.ts'
import { UnavailableError } from '../refusals.ts'
import type { AttemptStore, LockOutRules, Reservation } from './attempt-store.ts'

/** An account and its attempt epoch: wrong passwords of an earlier epoch are forgotten. */
export interface GuardedAccount {
  readonly accountId: string
  readonly epoch: number
}

/** What an attempt is counted against. Attempts on the same subject share one count. */
export type AttemptSubject =
  /**
   * Logins to an account from unknown devices. The typed identifier has a count that the response depends on, the account
   * has one that refuses silently: otherwise a pause would reveal which username and which address are one account.
   */
  | ({ readonly kind: 'account'; readonly identifier: string } & GuardedAccount)
  /** Logins from a device on which the owner signed in before. Attackers on other devices cannot exhaust its count. */
  | ({ readonly kind: 'device'; readonly deviceId: string } & GuardedAccount)
  /** An identifier without an account, normalised like one of an account. */
  | { readonly kind: 'identifier'; readonly tenant: string; readonly identifier: string }
  /** Signed-in users who prove their password again. Attackers at the login cannot exhaust this count. */
  | ({ readonly kind: 'proof' } & GuardedAccount)

/**
 * All devices of an account together have this multiple of the failures of one device. An owner who mistypes on one
 * device has as many attempts left on another, and an attacker with ten stolen device tokens gets no more attempts than
 * with two.
 */
const sharedFailuresFactor = 2

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
  /** Too soon after a failure: the password was not compared, and the attempt counts as a failure. */
  | {
      readonly kind: 'DELAYED'
      readonly failuresBefore: number
      readonly retryAfterMs: number
      readonly unlocksAt: Date | null
    }
  /** Locked by an earlier attempt: the password was not compared, and the attempt was not counted. */
  | { readonly kind: 'LOCKED'; readonly unlocksAt: Date }

export interface LockOutDeps {
  readonly attempts: AttemptStore
  /** Key of the HMAC that turns subjects into the keys of counters. */
  readonly key: Uint8Array
  /**
   * The previous HMAC key during a rotation of MASTER_KEY, otherwise null. While it is set, attempts count under both
   * keys: processes that do not have the new key yet use this one, and processes that no longer have this one use the
   * new one.
   */
  readonly previousKey: Uint8Array | null
  readonly rules: LockOutRules
  /** Called with an error of the store, and the effect on the attempt. */
  readonly failed: (error: unknown, done: 'refused' | 'admitted') => void
}

/** A counter in the store and its rules. */
interface Count {
  readonly key: string
  readonly rules: LockOutRules
  /**
   * Whether this is the shared count of all devices. It counts only attempts that the count of the device admits. A
   * correct password releases its own attempt only: if it cleared the count, each daily sign-in would grant new
   * guesses.
   */
  readonly shared: boolean
  /**
   * Whether this is the count of an account. It counts only attempts that the count of the identifier admits, delays
   * none, and its lock is not revealed.
   */
  readonly silent: boolean
}

type Counts = readonly [Count, ...Count[]]

type Locked = Extract<Reservation, { kind: 'LOCKED' }>

/** A reservation that was counted, and the number of further failures until a lock. An existing lock counts nothing. */
type Counted = Exclude<Reservation, Locked> & { readonly attemptsLeft: number }

/** The counts that an attempt was counted in, and the decision. */
interface Decision {
  readonly reservation: Counted | Locked
  readonly reserved: readonly Count[]
  /** The lock of the account: none, one that began with this attempt, or an earlier one, which admits no password. */
  readonly silentLock: 'none' | 'began' | 'earlier'
}

/**
 * Limits guesses at passwords. Each attempt is counted before the password is compared, so that parallel attempts get
 * no more comparisons than the number of failures that lock. Within this process, attempts on one subject run one
 * after the other, so that an attempt that is still being compared is no failure of others. Attempts that find no room
 * in this line, or wait too long in it, are refused and not counted.
 */
export class LockOut {
  readonly #deps: LockOutDeps
  readonly #mutex = new KeyedMutex()

  constructor(deps: LockOutDeps) {
    this.#deps = deps
  }

  get rules(): LockOutRules {
    return this.#deps.rules
  }

  /**
   * Counts the attempt, then compares the password if the attempt is admitted. If the account is locked, but not the
   * identifier, `compare` is called with `inVain`: it does the same work and returns false. A correct password clears the count of
   * this subject only: a sign-in on the owner's device must not reset the count of unknown devices.
   * @throws UnavailableError if the attempt cannot be counted, or waits for others until the deadline. An error of
   * `compare` is thrown on; the attempt is then not counted.
   */
  attempt(
    subject: AttemptSubject,
    compare: (inVain: boolean) => Promise<boolean>,
    deadline: Deadline,
  ): Promise<AttemptOutcome> {
    const counts = this.#countsOf(subject)
    return this.#inTurn((counts.at(-1) ?? counts[0]).key, deadline, async () => {
      const { reservation, reserved, silentLock } = await this.#reserve(counts)
      if (reservation.kind === 'LOCKED') return reservation
      const { failures: failuresBefore, unlocksAt } = reservation
      if (reservation.kind === 'DELAYED') {
        return { kind: 'DELAYED', failuresBefore, retryAfterMs: reservation.retryAfterMs, unlocksAt }
      }
      const { attemptsLeft } = reservation
      const inVain = silentLock === 'earlier'
      if (!(await this.#compare(reserved, () => compare(inVain))))
        return { kind: 'WRONG', unlocksAt, attemptsLeft, silentLock: silentLock === 'began' }
      await Promise.all(counts.map((count) => (count.shared ? this.#release(count) : this.#clear(count))))
      return { kind: 'RIGHT', failuresBefore }
    })
  }

  async #inTurn<T>(key: string, deadline: Deadline, task: () => Promise<T>): Promise<T> {
    try {
      return await this.#mutex.runWithin(key, deadline.leftMs, task)
    } catch (error) {
      if (error instanceof GateTimeout) throw new UnavailableError()
      throw error
    }
  }

  /**
   * Reserves in one count after the other. The strictest result decides; if one count is locked, the others are
   * released.
   */
  async #reserve([first, ...others]: Counts): Promise<Decision> {
    let reservation = await this.#count(first)
    const reserved = [first]
    let silentLock: Decision['silentLock'] = 'none'
    for (const count of others) {
      if (reservation.kind === 'LOCKED') break
      if (reservation.kind === 'DELAYED' && (count.shared || count.silent)) break
      const next = await this.#count(count).catch(async (error) => {
        await this.#release(...reserved)
        throw error
      })
      if (next.kind === 'LOCKED' && count.silent) {
        silentLock = 'earlier'
        continue
      }
      if (next.kind === 'LOCKED') {
        await this.#release(...reserved)
        return { reservation: next, reserved: [], silentLock }
      }
      reserved.push(count)
      if (!count.silent) reservation = stricter(reservation, next)
      else if (next.unlocksAt !== null && silentLock === 'none') silentLock = 'began'
    }
    return { reservation, reserved, silentLock }
  }

  async #count({ key, rules }: Count): Promise<Counted | Locked> {
    try {
      const reservation = await this.#deps.attempts.reserve(key, rules)
      if (reservation.kind === 'LOCKED') return reservation
      return { ...reservation, attemptsLeft: Math.max(0, rules.failures - reservation.failures - 1) }
    } catch (error) {
      this.#deps.failed(error, 'refused')
      throw new UnavailableError()
    }
  }

  async #compare(counts: readonly Count[], compare: () => Promise<boolean>): Promise<boolean> {
    try {
      return await compare()
    } catch (error) {
      await this.#release(...counts)
      throw error
    }
  }

  async #release(...counts: readonly Count[]): Promise<void> {
    const { attempts } = this.#deps
    await Promise.all(counts.map(({ key, rules }) => this.#tryChange(() => attempts.release(key, rules))))
  }

  #clear({ key }: Count): Promise<void> {
    return this.#tryChange(() => this.#deps.attempts.clear(key))
  }

  /** Never throws: if the change fails, the count expires later. */
  async #tryChange(change: () => Promise<void>): Promise<void> {
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
    if (subject.kind === 'proof') return this.#underEachKey(rules, subject.kind, ...account)
    if (subject.kind === 'account') {
      const silentRules = { ...rules, delaysFromFailure: rules.failures }
      const silent = this.#underEachKey(silentRules, subject.kind, ...account)
      return [
        ...this.#underEachKey(rules, 'typed', ...account, subject.identifier),
        ...silent.map((count) => ({ ...count, silent: true })),
      ]
    }
    const failures = rules.failures * sharedFailuresFactor
    // Delays apply to each device on its own; failures on one device do not delay another.
    const sharedRules = { ...rules, failures, delaysFromFailure: failures }
    const shared = this.#underEachKey(sharedRules, 'devices', ...account)
    return [
      ...this.#underEachKey(rules, 'device', ...account, subject.deviceId),
      ...shared.map((count) => ({ ...count, shared: true })),
    ]
  }

  #underEachKey(rules: LockOutRules, ...parts: readonly string[]): Counts {
    const { key, previousKey } = this.#deps
    const count = { key: counterKey(key, ...parts), rules, shared: false, silent: false }
    if (previousKey === null) return [count]
    return [{ ...count, key: counterKey(previousKey, ...parts) }, count]
  }
}

/** The stricter result of two counts of one attempt. */
function stricter(one: Counted, other: Counted): Counted {
  const decides = one.kind === 'ADMITTED' && other.kind === 'DELAYED' ? other : one
  const attemptsLeft = Math.min(one.attemptsLeft, other.attemptsLeft)
  return { ...decides, attemptsLeft, unlocksAt: latest(one.unlocksAt, other.unlocksAt) }
}

function latest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other
  return one > other ? one : other
}
