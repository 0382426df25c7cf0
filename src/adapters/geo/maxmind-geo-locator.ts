import { readFileSync } from 'node:fs'
import { type CityResponse, Reader } from 'maxmind'
import type { GeoLocator, Place } from '../../domain/risk/geo-locator.ts'
import { placeOfRecord } from './place-of-record.ts'
import { RecordCache } from './record-cache.ts'
import { sampleNetworks } from './sample-networks.ts'

const supportedTypes = /city|country|enterprise|location|ipinfo/i
/** Maximum number of networks that are looked up at start to find a country. */
const maxSampledNetworks = 10_000
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
 * Looks up addresses in an .mmdb file (MaxMind DB 2.0) of countries or cities, such as GeoLite2, DB-IP Lite, IPinfo or
 * ip-location-db, with nested or flat records. The file is read once at start; a new file requires a restart.
 */
export class MaxmindGeoLocator implements GeoLocator {
  readonly #reader: Reader<CityResponse>

  private constructor(reader: Reader<CityResponse>) {
    this.#reader = reader
  }

  /** @throws GeoDatabaseError if the file is missing, or a sample of its networks has no country */
  static open(path: string): MaxmindGeoLocator {
    const reader = openReader(path)
    const { databaseType } = reader.metadata
    if (!supportedTypes.test(databaseType))
      throw new GeoDatabaseError(path, 'contains neither countries nor cities.')
    if (!knowsCountries(path, reader))
      throw new GeoDatabaseError(
        path,
        'contains no two-letter country code in a supported field (country.iso_code, country_code, country).',
      )
    return new MaxmindGeoLocator(reader)
  }

  locate(address: string): Place | null {
    const found = this.#find(address)
    return found === null ? null : placeOfRecord(found)
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

/** Whether a sample of the file has a country. Without one, country rules would deny no one, or everyone. */
function knowsCountries(path: string, reader: Reader<CityResponse>): boolean {
  try {
    for (const record of sampleNetworks(reader, maxSampledNetworks))
      if (placeOfRecord(record).country !== null) return true
    return false
  } catch {
    throw new GeoDatabaseError(path, 'is damaged.')
  }
}
