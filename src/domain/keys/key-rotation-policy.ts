import { dayMs, hourSeconds, minuteSeconds } from '../../lib/duration.ts'
import type { SigningAlgorithm, StoredSigningKey } from './signing-key.ts'

export interface KeyRotationRules {
  /** A current key with another algorithm is due at once. */
  readonly algorithm: SigningAlgorithm
  /** Days for which a key signs; null: until an administrator asks for a rotation. */
  readonly rotationDays: number | null
  /** Seconds for which a key is published before it signs. */
  readonly publishSeconds: number
}

/** Longer than any access token lives, and than a process takes to notice the new key: seconds. */
const maxUseSeconds = hourSeconds + 5 * minuteSeconds

export type RotationStep =
  | { readonly kind: 'NOTHING' }
  /** A new NEXT key is wanted; `replaces` is one that never signed and never will. */
  | { readonly kind: 'PUBLISH_NEXT'; readonly replaces: string | null }
  /** NEXT takes over as soon as everybody can have seen it. */
  | { readonly kind: 'PLAN'; readonly nextKid: string; readonly activatesAt: Date }
  | {
      readonly kind: 'PROMOTE'
      readonly nextKid: string
      readonly currentKid: string
      readonly retiresAt: Date
    }

/**
 * What is to be done with the keys next. There is always a NEXT key, published long before it is needed, so that a
 * rotation that somebody asks for need not wait; an algorithm changes by way of it.
 */
export function nextRotationStep(
  { keys, unusable }: { keys: readonly StoredSigningKey[]; unusable: readonly StoredSigningKey[] },
  rules: KeyRotationRules,
  now: Date,
  asked: boolean,
): RotationStep {
  const current = keys.find(({ state }) => state === 'CURRENT')
  const next = keys.find(({ state }) => state === 'NEXT')
  if (current === undefined) return { kind: 'NOTHING' }
  if (next === undefined) return { kind: 'PUBLISH_NEXT', replaces: null }
  if (next.algorithm !== rules.algorithm || unusable.includes(next))
    return { kind: 'PUBLISH_NEXT', replaces: next.kid }
  const ready = new Date(next.createdAt.getTime() + rules.publishSeconds * 1000)
  const planned = asked ? ready : (next.activatedAt ?? (isDue(current, rules, now) ? ready : null))
  if (planned === null) return { kind: 'NOTHING' }
  if (planned > now || ready > now) {
    return next.activatedAt === null
      ? { kind: 'PLAN', nextKid: next.kid, activatesAt: ready }
      : { kind: 'NOTHING' }
  }
  return { kind: 'PROMOTE', nextKid: next.kid, currentKid: current.kid, retiresAt: retirementOf(now) }
}

/** Until when a key verifies that signs no more from now on. */
export function retirementOf(now: Date): Date {
  return new Date(now.getTime() + maxUseSeconds * 1000)
}

function isDue(current: StoredSigningKey, rules: KeyRotationRules, now: Date): boolean {
  if (current.algorithm !== rules.algorithm) return true
  if (rules.rotationDays === null || current.activatedAt === null) return false
  return now.getTime() - current.activatedAt.getTime() >= rules.rotationDays * dayMs
}
