import { hourMs } from '../../lib/time/duration.ts'
import type { Place } from './geo-locator.ts'
import { kilometresBetween } from './travel.ts'

/**
 * Signals of an unusual session and their weights in its risk score. The score is at most 100.
 *
 * | signal | weight | raised |
 * | --- | --- | --- |
 * | NEW_DEVICE | 25 | at sign-in: no valid device token, and none of the last sessions was on this device |
 * | NEW_NETWORK | 10 | at sign-in: none of the last sessions began in this network |
 * | NEW_COUNTRY | 20 | at sign-in: none of the last sessions began in this country |
 * | IMPOSSIBLE_TRAVEL | 40 | at sign-in: farther than 100 km from the last place, faster than 900 km/h |
 * | MANY_FAILED_ATTEMPTS | 25 | at sign-in: three or more wrong passwords just before the correct one |
 * | CREDENTIAL_STUFFING | 40 | at sign-in: the address tried many identifiers |
 * | PASSWORD_SPRAYING | 40 | at sign-in: the password was tried on many identifiers |
 * | PASSKEY_COUNTER_REGRESSED | 50 | at sign-in or reauthentication: the counter of the passkey did not increase, so it may have been copied |
 * | DEVICE_MISMATCH | 50 | at a refresh: from another device than the one that signed in |
 * | IP_CHANGED | 10 | at a refresh: from another network |
 * | TOKEN_REUSE | 100 | at a refresh: a refresh token was used again, so there is a copy of it |
 *
 * A language that none of the last sessions had adds 5 to the score. It is not a signal, since users change languages.
 */
export const riskWeights = {
  NEW_DEVICE: 25,
  NEW_NETWORK: 10,
  NEW_COUNTRY: 20,
  IMPOSSIBLE_TRAVEL: 40,
  MANY_FAILED_ATTEMPTS: 25,
  CREDENTIAL_STUFFING: 40,
  PASSWORD_SPRAYING: 40,
  PASSKEY_COUNTER_REGRESSED: 50,
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

/** The place and time at which a session began. */
export interface PastPlace {
  readonly place: Place
  readonly at: Date
}

/** Facts about a sign-in whose proofs are right. */
export interface SignInFacts {
  /** False for the first sign-in of a user, in which nothing counts as new. */
  readonly hasHistory: boolean
  readonly deviceKnown: boolean
  /** Null if it cannot be determined: the present network is unknown, or all earlier ones are. */
  readonly networkKnown: boolean | null
  /** Null in the same cases for countries. */
  readonly countryKnown: boolean | null
  /** Null in the same cases for languages. */
  readonly languageKnown: boolean | null
  readonly here: PastPlace | null
  /** The latest earlier session with a known place. */
  readonly lastSeen: PastPlace | null
  /** Number of wrong passwords just before the correct one. */
  readonly failedAttempts: number
  /** Whether the address tried many identifiers. */
  readonly stuffing: boolean
  /** Whether the password was tried on many identifiers. */
  readonly spraying: boolean
  /** Whether the counter of the passkey did not increase. */
  readonly passkeyCounterRegressed: boolean
}

const languageWeight = 5
const manyFailures = 3
/** The cruising speed of an airliner. */
const maxSpeedKmPerHour = 900
/** Distances up to the typical error of GeoIP databases are ignored. */
const geoErrorKm = 100

/** Determines the signals of a sign-in and their score. */
export function assessSignIn(facts: SignInFacts): Risk {
  const raised: Readonly<Partial<Record<RiskSignal, boolean>>> = {
    NEW_DEVICE: facts.hasHistory && !facts.deviceKnown,
    NEW_NETWORK: facts.hasHistory && facts.networkKnown === false,
    NEW_COUNTRY: facts.hasHistory && facts.countryKnown === false,
    IMPOSSIBLE_TRAVEL: facts.hasHistory && isImpossible(facts.lastSeen, facts.here),
    MANY_FAILED_ATTEMPTS: facts.failedAttempts >= manyFailures,
    CREDENTIAL_STUFFING: facts.stuffing,
    PASSWORD_SPRAYING: facts.spraying,
    PASSKEY_COUNTER_REGRESSED: facts.passkeyCounterRegressed,
  }
  const signals = riskSignals.filter((signal) => raised[signal] === true)
  const extra = facts.hasHistory && facts.languageKnown === false ? languageWeight : 0
  return { signals, score: scoreOf(signals, extra) }
}

/** All signals, in the order in which they are shown. */
export const riskSignals: readonly RiskSignal[] = Object.keys(riskWeights).filter(isRiskSignal)

/** Whether this version knows a signal. A newer version that runs at the same time can know more signals. */
export function isRiskSignal(name: string): name is RiskSignal {
  return Object.hasOwn(riskWeights, name)
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
  if (km === null || km <= geoErrorKm) return false
  const hours = Math.max(0, now.at.getTime() - before.at.getTime()) / hourMs
  return km > hours * maxSpeedKmPerHour
}
