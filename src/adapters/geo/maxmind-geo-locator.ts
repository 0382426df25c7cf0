import { readFileSync } from 'node:fs'
import { type CityResponse, Reader } from 'maxmind'
import type { GeoLocator, Place } from '../../domain/risk/geo-locator.ts'
import { RecordCache } from './record-cache.ts'

const supportedTypes = /city|country|enterprise/i
/** Maximum number of cached records. A record covers all addresses of a town. */
const maxRecords = 10_000

/** The file of GEOIP_DATABASE cannot be used. */
class GeoDatabaseError extends Error {
  override readonly name = 'GeoDatabaseError'

  constructor(path: string, reason: string) {
    super(`GEOIP_DATABASE (${path}) ${reason}`)
  }
}

/**
 * Looks up addresses in an .mmdb file (MaxMind DB 2.0) of countries or cities, such as GeoLite2 or DB-IP Lite. The file is
 * read once at start; a new file requires a restart.
 */
export class MaxmindGeoLocator implements GeoLocator {
  readonly #reader: Reader<CityResponse>

  private constructor(reader: Reader<CityResponse>) {
    this.#reader = reader
  }

  /** @throws GeoDatabaseError if the file is missing or is not a database of countries or cities */
  static open(path: string): MaxmindGeoLocator {
    const reader = openReader(path)
    const { databaseType } = reader.metadata
    if (!supportedTypes.test(databaseType))
      throw new GeoDatabaseError(path, 'contains neither countries nor cities.')
    const locator = new MaxmindGeoLocator(reader)
    locator.locate('192.0.2.1')
    return locator
  }

  locate(address: string): Place | null {
    const found = this.#find(address)
    if (found === null) return null
    const { location } = found
    return {
      country: codeOf(found.country?.iso_code) ?? codeOf(found.registered_country?.iso_code),
      latitude: rounded(location?.latitude),
      longitude: rounded(location?.longitude),
    }
  }

  /** Treats a damaged record as an unknown address, so that it does not fail a sign-in. */
  #find(address: string): CityResponse | null {
    try {
      return this.#reader.get(address)
    } catch {
      return null
    }
  }
}

function openReader(path: string): Reader<CityResponse> {
  let file: Buffer
  try {
    file = readFileSync(path)
  } catch {
    throw new GeoDatabaseError(path, 'cannot be read.')
  }
  try {
    return new Reader<CityResponse>(file, { cache: new RecordCache(maxRecords) })
  } catch {
    throw new GeoDatabaseError(path, 'is not an .mmdb file, or is damaged.')
  }
}

/** Only an ISO 3166-1 code is accepted; some files contain `-` for an unknown country. */
function codeOf(country: string | undefined): string | null {
  return country !== undefined && /^[A-Z]{2}$/.test(country) ? country : null
}

/** Rounds to one decimal, about 10 km, which is precise enough for risk signals. */
function rounded(degrees: number | undefined): number | null {
  return typeof degrees === 'number' ? Math.round(degrees * 10) / 10 : null
}
