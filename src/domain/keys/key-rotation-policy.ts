import { dayMs, hourSeconds, minuteSeconds } from '../../lib/time/duration.ts'
import type { SigningAlgorithm, StoredSigningKey } from './signing-key.ts'

export interface KeyRotationRules {
  /** A current key with another algorithm is due at once. */
  readonly algorithm: SigningAlgorithm
  /** Days for which a key signs; null: until an administrator requests a rotation. */
  readonly rotationDays: number | null
  /** Seconds for which a key is published before it signs. */
  readonly publishSeconds: number
}

/** The maximum lifetime of an access token, plus a margin within which every process loads the new key. */
const maxUseSeconds = hourSeconds + 5 * minuteSeconds

export type RotationStep =
  | { readonly kind: 'NOTHING' }
  /** Generate a NEXT key. `replaces` is the kid of a NEXT key that never signed; null if there is none. */
  | { readonly kind: 'PUBLISH_NEXT'; readonly replaces: string | null }
  /** Schedule the activation of NEXT, for the time at which all verifiers can have fetched it. */
  | { readonly kind: 'PLAN'; readonly nextKid: string; readonly activatesAt: Date }
  /** NEXT signs from now on, and CURRENT retires. */
  | {
      readonly kind: 'PROMOTE'
      readonly nextKid: string
      readonly currentKid: string
      readonly retiresAt: Date
    }

/**
 * Determines the next step of the rotation. There is always a NEXT key, published long before it is used, so that a
 * rotation on request does not have to wait. A change of the algorithm takes effect with the NEXT key, too.
 */
export function nextRotationStep(
  { keys, unusable }: { keys: readonly StoredSigningKey[]; unusable: readonly StoredSigningKey[] },
  rules: KeyRotationRules,
  now: Date,
  requested: boolean,
): RotationStep {
  const current = keys.find(({ state }) => state === 'CURRENT')
  const next = keys.find(({ state }) => state === 'NEXT')
  if (current === undefined) return { kind: 'NOTHING' }
  if (next === undefined) return { kind: 'PUBLISH_NEXT', replaces: null }
  if (next.algorithm !== rules.algorithm || unusable.includes(next))
    return { kind: 'PUBLISH_NEXT', replaces: next.kid }
  const ready = new Date(next.createdAt.getTime() + rules.publishSeconds * 1000)
  const planned = requested ? ready : (next.activatedAt ?? (isDue(current, rules, now) ? ready : null))
  if (planned === null) return { kind: 'NOTHING' }
  if (planned > now || ready > now) {
    return next.activatedAt === null
      ? { kind: 'PLAN', nextKid: next.kid, activatesAt: ready }
      : { kind: 'NOTHING' }
  }
  return { kind: 'PROMOTE', nextKid: next.kid, currentKid: current.kid, retiresAt: retirementOf(now) }
}

/**
 * The planned time at which NEXT begins to sign. Without a plan: the time at which CURRENT began to; null if unknown.
 */
export function activationOf(keys: readonly StoredSigningKey[]): Date | null {
  const next = keys.find(({ state }) => state === 'NEXT')
  const current = keys.find(({ state }) => state === 'CURRENT')
  return next?.activatedAt ?? current?.activatedAt ?? null
}

/** Until when a key verifies that stops signing now. */
export function retirementOf(now: Date): Date {
  return new Date(now.getTime() + maxUseSeconds * 1000)
}

function isDue(current: StoredSigningKey, rules: KeyRotationRules, now: Date): boolean {
  if (current.algorithm !== rules.algorithm) return true
  if (rules.rotationDays === null || current.activatedAt === null) return false
  return now.getTime() - current.activatedAt.getTime() >= rules.rotationDays * dayMs
}
