import { counterKey } from '../../lib/crypto/digest.ts'
import type { LockOutRules } from './attempt-store.ts'
import type { AttemptSubject } from './attempt-subject.ts'

/** The rules of the counts, and the keys that turn subjects into their names. */
export interface CountNames {
  /** Key of the HMAC that turns subjects into the keys of counters. */
  readonly key: Uint8Array
  /**
   * The previous HMAC key during a rotation of MASTER_KEY, otherwise null. While it is set, attempts count under both
   * keys: processes that do not have the new key yet use this one, and processes that no longer have this one use the
   * new one.
   */
  readonly previousKey: Uint8Array | null
  readonly rules: LockOutRules
}

/**
 * All devices of an account together have this multiple of the failures of one device. An owner who mistypes on one
 * device has as many attempts left on another, and an attacker with ten stolen device tokens gets no more attempts than
 * with two.
 */
const sharedFailuresFactor = 2

/** A counter in the store and its rules. */
export interface Count {
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

export type Counts = readonly [Count, ...Count[]]

/** Whether this is a count of the identifier, device, proof or factor of the attempt alone. */
export function isOwn({ shared, silent }: Count): boolean {
  return !shared && !silent
}

/** The counts of a subject, in order of their scope. */
export function countsOf(names: CountNames, subject: AttemptSubject): Counts {
  const { rules } = names
  if (subject.kind === 'identifier')
    return underEachKey(names, rules, [subject.kind, subject.tenant, subject.identifier])
  if (subject.kind === 'factor') return underEachKey(names, rules, [subject.kind, subject.accountId])
  const account = [subject.accountId, String(subject.epoch)]
  if (subject.kind === 'proof') return underEachKey(names, rules, [subject.kind, ...account])
  if (subject.kind === 'account') {
    const silentRules = { ...rules, delaysFromFailure: rules.failures }
    const silent = underEachKey(names, silentRules, [subject.kind, ...account])
    return [
      ...underEachKey(names, rules, ['typed', ...account, subject.identifier]),
      ...silent.map((count) => ({ ...count, silent: true })),
    ]
  }
  const failures = rules.failures * sharedFailuresFactor
  // Delays apply to each device on its own; failures on one device do not delay another.
  const sharedRules = { ...rules, failures, delaysFromFailure: failures }
  const shared = underEachKey(names, sharedRules, ['devices', ...account])
  return [
    ...underEachKey(names, rules, ['device', ...account, subject.deviceId]),
    ...shared.map((count) => ({ ...count, shared: true })),
  ]
}

function underEachKey(
  { key, previousKey }: CountNames,
  rules: LockOutRules,
  parts: readonly string[],
): Counts {
  const count = { key: counterKey(key, ...parts), rules, shared: false, silent: false }
  if (previousKey === null) return [count]
  return [{ ...count, key: counterKey(previousKey, ...parts) }, count]
}
