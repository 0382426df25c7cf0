import { hourMs } from '../../lib/duration.ts'
import type { Place } from './geo-locator.ts'
import { kilometresBetween } from './travel.ts'

/**
 * What makes a session look unusual, and how much each weighs in its score; the score ends at 100.
 *
 * | signal | weight | raised |
 * | --- | --- | --- |
 * | NEW_DEVICE | 25 | at sign-in: no valid device token, and none of the last sessions was on this device |
 * | NEW_NETWORK | 10 | at sign-in: none of the last sessions began in this network |
 * | NEW_COUNTRY | 20 | at sign-in: none of the last sessions began in this country |
 * | IMPOSSIBLE_TRAVEL | 40 | at sign-in: farther than 100 km from the last place, faster than 900 km/h |
 * | MANY_FAILED_ATTEMPTS | 25 | at sign-in: three or more wrong passwords just before the right one |
 * | CREDENTIAL_STUFFING | 40 | at sign-in: the address has tried many identifiers |
 * | PASSWORD_SPRAYING | 40 | at sign-in: the password was tried on many identifiers |
 * | DEVICE_MISMATCH | 50 | at a refresh: from another device than the one that signed in |
 * | IP_CHANGED | 10 | at a refresh: from another network |
 * | TOKEN_REUSE | 100 | a refresh token came a second time: somebody holds a copy |
 *
 * A language that none of the last sessions had adds 5 without being a signal: people change it.
 */
export const riskWeights = {
  NEW_DEVICE: 25,
  NEW_NETWORK: 10,
  NEW_COUNTRY: 20,
  IMPOSSIBLE_TRAVEL: 40,
  MANY_FAILED_ATTEMPTS: 25,
  CREDENTIAL_STUFFING: 40,
  PASSWORD_SPRAYING: 40,
  DEVICE_MISMATCH: 50,
  IP_CHANGED: 10,
  TOKEN_REUSE: 100,
} as const

export type RiskSignal = keyof typeof riskWeights

export interface Risk {
  readonly signals: readonly RiskSignal[]
  /** 0 to 100. */
  readonly score: number
}

/** Where a session began, and when. */
export interface PastPlace {
  readonly place: Place
  readonly at: Date
}

/** What is known about a sign-in whose password was right. */
export interface SignInFacts {
  /** False for the first sign-in ever: then nothing is new. */
  readonly hasHistory: boolean
  readonly deviceKnown: boolean
  /** Null where it cannot be told: this network is unknown, or all the earlier ones are. So are the next two. */
  readonly networkKnown: boolean | null
  readonly countryKnown: boolean | null
  readonly languageKnown: boolean | null
  readonly here: PastPlace | null
  /** Of the last session whose place is known. */
  readonly lastSeen: PastPlace | null
  /** Wrong passwords just before this right one. */
  readonly failedAttempts: number
  readonly stuffing: boolean
  readonly spraying: boolean
}

const languageWeight = 5
const manyFailures = 3
/** An airliner's cruising speed. */
const fastestKmPerHour = 900
/** Databases of addresses place people this far off. */
const nearbyKm = 100

/** Which signals a sign-in raises, and their score. */
export function assessSignIn(facts: SignInFacts): Risk {
  const raised: Readonly<Partial<Record<RiskSignal, boolean>>> = {
    NEW_DEVICE: facts.hasHistory && !facts.deviceKnown,
    NEW_NETWORK: facts.hasHistory && facts.networkKnown === false,
    NEW_COUNTRY: facts.hasHistory && facts.countryKnown === false,
    IMPOSSIBLE_TRAVEL: facts.hasHistory && isImpossible(facts.lastSeen, facts.here),
    MANY_FAILED_ATTEMPTS: facts.failedAttempts >= manyFailures,
    CREDENTIAL_STUFFING: facts.stuffing,
    PASSWORD_SPRAYING: facts.spraying,
  }
  const signals = riskSignals.filter((signal) => raised[signal] === true)
  const extra = facts.hasHistory && facts.languageKnown === false ? languageWeight : 0
  return { signals, score: scoreOf(signals, extra) }
}

/** In the order in which they are listed. */
export const riskSignals: readonly RiskSignal[] = Object.keys(riskWeights).filter(isRiskSignal)

/** Whether this version knows the word; a newer one beside it may know more. */
export function isRiskSignal(word: string): word is RiskSignal {
  return Object.hasOwn(riskWeights, word)
}

function scoreOf(signals: readonly RiskSignal[], extra: number): number {
  return Math.min(
    100,
    signals.reduce((sum, signal) => sum + riskWeights[signal], extra),
  )
}

function isImpossible(before: PastPlace | null, now: PastPlace | null): boolean {
  if (before === null || now === null) return false
  const km = kilometresBetween(before.place, now.place)
  if (km === null || km <= nearbyKm) return false
  const hours = Math.max(0, now.at.getTime() - before.at.getTime()) / hourMs
  return km > hours * fastestKmPerHour
}
