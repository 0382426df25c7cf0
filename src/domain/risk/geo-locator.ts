/** The location of an IP address according to a GeoIP database. */
export interface Place {
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null
  /** Degrees, rounded to one decimal. */
  readonly latitude: number | null
  readonly longitude: number | null
}

/** Port to a GeoIP database in memory. */
export interface GeoLocator {
  /** Null for an unknown address. Never throws. */
  locate(address: string): Place | null
}
