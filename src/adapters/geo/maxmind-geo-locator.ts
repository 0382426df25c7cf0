import { readFileSync } from 'node:fs'
import { type CityResponse, Reader } from 'maxmind'
import type { GeoLocator, Place } from '../../domain/risk/geo-locator.ts'
import { RecordCache } from './record-cache.ts'

const fitting = /city|country|enterprise/i
/** Records of the database, not addresses: a record stands for a town. */
const maxRecords = 10_000

/** A file that cannot be used; names the variable that names it. */
class GeoDatabaseError extends Error {
  override readonly name = 'GeoDatabaseError'

  constructor(path: string, reason: string) {
    super(`GEOIP_DATABASE (${path}) ${reason}`)
  }
}

/**
 * Looks addresses up in an .mmdb file (MaxMind DB 2.0) of countries or cities, such as GeoLite2 or DB-IP Lite. The file
 * is read once, at the start: a new one wants a new start.
 */
export class MaxmindGeoLocator implements GeoLocator {
  readonly #reader: Reader<CityResponse>

  private constructor(reader: Reader<CityResponse>) {
    this.#reader = reader
  }

  /** @throws GeoDatabaseError when there is no such file, or it is no database of countries or cities */
  static open(path: string): MaxmindGeoLocator {
    const reader = openReader(path)
    const { databaseType } = reader.metadata
    if (!fitting.test(databaseType)) throw new GeoDatabaseError(path, 'knows neither countries nor cities.')
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

  /** A damaged record is an unknown address: a sign-in does not fail for it. */
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

/** Some files write `-` where they know none; nothing but a code can be named in words or in a rule. */
function codeOf(country: string | undefined): string | null {
  return country !== undefined && /^[A-Z]{2}$/.test(country) ? country : null
}

/** To one decimal, some 10 km: nothing here wants more. */
function rounded(degrees: number | undefined): number | null {
  return typeof degrees === 'number' ? Math.round(degrees * 10) / 10 : null
}
