import type { EnvReader } from '../../env-reader.ts'
import { listOf } from '../../rules/list-rules.ts'
import { filePath } from '../../rules/path-rules.ts'
import { countryCode } from '../../rules/text-rules.ts'
import type { Variables } from '../../variable.ts'

export const geoVariables = {
  GEOIP_DATABASE: {
    unset: 'none',
    description:
      'An .mmdb file of countries or cities (MaxMind, DB-IP, IPinfo, ip-location-db), for country rules and risk signals. Read at start, which fails if the file contains no country.',
  },
  ALLOWED_COUNTRIES: {
    unset: 'all',
    description:
      'Two-letter country codes (ISO 3166-1). Requests from other countries, and from addresses that are not in the file, are rejected. Private addresses and unknown addresses are accepted. Requires `GEOIP_DATABASE`.',
  },
  DENIED_COUNTRIES: {
    unset: 'none',
    description:
      'Two-letter country codes. Requests from these countries are rejected. Requires `GEOIP_DATABASE`.',
  },
} as const satisfies Variables

export interface GeoConfig {
  readonly database: string
  /** Codes of ISO 3166-1 alpha-2. `null`: all. */
  readonly allowedCountries: readonly string[] | null
  readonly deniedCountries: readonly string[]
}

/** `null`: locations are not looked up. */
export function readGeo(reader: EnvReader<typeof geoVariables>): GeoConfig | null {
  const database = reader.read('GEOIP_DATABASE', filePath, null)
  const allowedCountries = reader.read('ALLOWED_COUNTRIES', listOf(countryCode), null)
  const deniedCountries = reader.read('DENIED_COUNTRIES', listOf(countryCode), [])
  const required = 'requires GEOIP_DATABASE.'
  reader.check(
    ['ALLOWED_COUNTRIES', 'GEOIP_DATABASE'],
    allowedCountries === null || database !== null,
    required,
  )
  reader.check(
    ['DENIED_COUNTRIES', 'GEOIP_DATABASE'],
    deniedCountries.length === 0 || database !== null,
    required,
  )
  return database === null ? null : { database, allowedCountries, deniedCountries }
}
