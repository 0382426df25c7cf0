import { describe, expect, it } from 'vitest'
import type { Place } from '../../src/domain/risk/geo-locator.ts'
import {
  assessSignIn,
  isRiskSignal,
  type RiskSignal,
  riskSignals,
  type SignInFacts,
} from '../../src/domain/risk/risk-rules.ts'
import { kilometresBetween } from '../../src/domain/risk/travel.ts'

const berlin: Place = { country: 'DE', latitude: 52.5, longitude: 13.4 }
const potsdam: Place = { country: 'DE', latitude: 52.4, longitude: 13.1 }
const sydney: Place = { country: 'AU', latitude: -33.9, longitude: 151.2 }
const somewhereInGermany: Place = { country: 'DE', latitude: null, longitude: null }
const noon = new Date('2026-01-31T12:00:00.000Z')
const hoursAgo = (hours: number) => new Date(noon.getTime() - hours * 3_600_000)

const usual: SignInFacts = {
  hasHistory: true,
  deviceKnown: true,
  networkKnown: true,
  countryKnown: true,
  languageKnown: true,
  here: { place: berlin, at: noon },
  lastSeen: { place: berlin, at: hoursAgo(24) },
  failedAttempts: 0,
  stuffing: false,
  spraying: false,
  passkeyCounterRegressed: false,
}
const allNew = { deviceKnown: false, networkKnown: false, countryKnown: false, languageKnown: false }
const inSydney = (hours: number) => ({ lastSeen: { place: sydney, at: hoursAgo(hours) } })

describe('assessSignIn', () => {
  it.each<[string, Partial<SignInFacts>, readonly RiskSignal[], number]>([
    ['nothing unusual', {}, [], 0],
    ['a new device', { deviceKnown: false }, ['NEW_DEVICE'], 25],
    ['a new network', { networkKnown: false }, ['NEW_NETWORK'], 10],
    ['a new country', { countryKnown: false }, ['NEW_COUNTRY'], 20],
    ['unknown networks and countries', { networkKnown: null, countryKnown: null }, [], 0],
    ['another language', { languageKnown: false }, [], 5],
    ['everything new', allNew, ['NEW_DEVICE', 'NEW_NETWORK', 'NEW_COUNTRY'], 60],
    ['the first sign-in ever', { ...allNew, ...inSydney(1), hasHistory: false }, [], 0],
    ['two wrong passwords', { failedAttempts: 2 }, [], 0],
    ['three wrong passwords', { failedAttempts: 3 }, ['MANY_FAILED_ATTEMPTS'], 25],
    [
      'three of them at the first sign-in',
      { hasHistory: false, failedAttempts: 3 },
      ['MANY_FAILED_ATTEMPTS'],
      25,
    ],
    ['stuffing', { stuffing: true }, ['CREDENTIAL_STUFFING'], 40],
    ['spraying', { spraying: true }, ['PASSWORD_SPRAYING'], 40],
    ['Sydney an hour ago', inSydney(1), ['IMPOSSIBLE_TRAVEL'], 40],
    ['Sydney 17 hours ago', inSydney(17), ['IMPOSSIBLE_TRAVEL'], 40],
    ['Sydney 18 hours ago', inSydney(18), [], 0],
    ['Sydney in the future, by a clock that was put back', inSydney(-5), ['IMPOSSIBLE_TRAVEL'], 40],
    ['a suburb a moment ago', { lastSeen: { place: potsdam, at: noon } }, [], 0],
    ['a country without a place', { lastSeen: { place: somewhereInGermany, at: noon } }, [], 0],
    ['no place now', { here: null }, [], 0],
    ['no place before', { lastSeen: null }, [], 0],
    [
      'everything at once',
      { ...allNew, ...inSydney(1), failedAttempts: 4, stuffing: true, spraying: true },
      riskSignals.slice(0, 7),
      100,
    ],
  ])('of %s', (_what, facts, signals, score) => {
    expect(assessSignIn({ ...usual, ...facts })).toEqual({ signals, score })
  })
})

describe('kilometresBetween', () => {
  it('measures over ground', () => {
    expect(kilometresBetween(berlin, berlin)).toBe(0)
    expect(kilometresBetween(berlin, sydney)).toBeCloseTo(16_090, -2)
    const poles = [90, -90].map((latitude) => ({ country: null, latitude, longitude: 0 }))
    expect(kilometresBetween(poles[0] ?? berlin, poles[1] ?? berlin)).toBeCloseTo(20_015, 0)
    expect(kilometresBetween(berlin, somewhereInGermany)).toBeNull()
  })
})

describe('isRiskSignal', () => {
  it('knows the words of this version', () => {
    expect(riskSignals.every(isRiskSignal)).toBe(true)
    for (const word of ['', 'new_device', 'toString', 'LATER_SIGNAL']) expect(isRiskSignal(word)).toBe(false)
  })
})
