import type { Place } from '../../domain/risk/geo-locator.ts'

/** Where the common layouts hold the code of the country: MaxMind and DB-IP; ip-location-db and IPinfo Lite; IPinfo. */
const countryPaths = [
  ['country', 'iso_code'],
  ['country_code'],
  ['countryCode'],
  ['country', 'code'],
  ['country'],
]
/** The country in which the network is registered, if the country of its use is unknown. */
const registeredPaths = [['registered_country', 'iso_code']]
const latitudePaths = [['location', 'latitude'], ['latitude'], ['lat']]
const longitudePaths = [['location', 'longitude'], ['longitude'], ['lng'], ['lon']]

/** Reads a record of an .mmdb file in any of the common layouts, nested or flat. */
export function placeOfRecord(record: unknown): Place {
  return {
    country: firstOf(record, [...countryPaths, ...registeredPaths], codeOf),
    latitude: firstOf(record, latitudePaths, rounded),
    longitude: firstOf(record, longitudePaths, rounded),
  }
}

function firstOf<T>(
  record: unknown,
  paths: readonly (readonly string[])[],
  read: (value: unknown) => T | null,
): T | null {
  for (const path of paths) {
    const found = read(path.reduce(at, record))
    if (found !== null) return found
  }
  return null
}

function at(value: unknown, name: string): unknown {
  return value instanceof Object ? Reflect.get(value, name) : undefined
}

/** Only an ISO 3166-1 code is accepted; some files contain `-` or a name. */
function codeOf(country: unknown): string | null {
  return typeof country === 'string' && /^[A-Za-z]{2}$/.test(country) ? country.toUpperCase() : null
}

/** Rounds to one decimal, about 10 km, which is precise enough for risk signals. Some files hold numbers as text. */
function rounded(degrees: unknown): number | null {
  if (typeof degrees !== 'number' && typeof degrees !== 'string') return null
  const number = degrees === '' ? Number.NaN : Number(degrees)
  return Number.isFinite(number) ? Math.round(number * 10) / 10 : null
}
