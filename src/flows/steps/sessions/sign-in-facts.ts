import type { PastPlace, SignInFacts } from '../../../domain/risk/risk-rules.ts'
import { isKnownBy } from '../../../domain/sessions/device-match.ts'
import type { NewSession, PastSession } from '../../../domain/sessions/session-store.ts'

/** What preceded the right proof. */
export interface SignInCircumstances {
  /** Whether the request has a valid device token of the account. */
  readonly deviceProven: boolean
  /** Number of wrong passwords within the window. */
  readonly failedAttempts: number
  /** Whether the address tries many identifiers. */
  readonly stuffing: boolean
  /** Whether the same password is tried on many identifiers. */
  readonly spraying: boolean
  /** Whether the counter of the passkey did not increase. Absent: without a passkey. */
  readonly passkeyCounterRegressed?: boolean
}

/**
 * Compares a new session with the past sessions of its account. Sessions that ended because another person used them
 * do not make a device, network, country or language known.
 */
export function signInFacts(
  session: NewSession,
  past: readonly PastSession[],
  hasHistory: boolean,
  circumstances: SignInCircumstances,
): SignInFacts {
  const { deviceProven, failedAttempts, stuffing, spraying, passkeyCounterRegressed = false } = circumstances
  const trusted = past.filter((earlier) => earlier.trusted)
  const before = <T>(read: (earlier: PastSession) => T | null | undefined) => trusted.map(read)
  return {
    hasHistory,
    deviceKnown: deviceProven || trusted.some(({ profile }) => isKnownBy(profile, session.profile)),
    networkKnown: isKnown(
      session.network,
      before(({ network }) => network),
    ),
    countryKnown: isKnown(
      session.place?.country,
      before(({ place }) => place?.country),
    ),
    languageKnown: isKnown(
      session.profile.language,
      before(({ profile }) => profile.language),
    ),
    here: placeOf(session),
    lastSeen: past.map(placeOf).find((place) => place !== null) ?? null,
    failedAttempts,
    stuffing,
    spraying,
    passkeyCounterRegressed,
  }
}

/** Null if this value or all earlier ones are unknown: without a recorded value, nothing counts as new. */
function isKnown(
  now: string | null | undefined,
  before: readonly (string | null | undefined)[],
): boolean | null {
  const recorded = before.filter((value) => value != null)
  return now == null || recorded.length === 0 ? null : recorded.includes(now)
}

function placeOf({ place, createdAt }: Pick<PastSession, 'place' | 'createdAt'>): PastPlace | null {
  if (place === null || place.latitude === null || place.longitude === null) return null
  return { place, at: createdAt }
}
