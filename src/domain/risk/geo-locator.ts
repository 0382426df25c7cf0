/** Where an address is, as far as a database of addresses knows. */
export interface Place {
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null
  /** Degrees, to one decimal. */
  readonly latitude: number | null
  readonly longitude: number | null
}

/** Looks addresses up in memory; null for those that it does not know. Never throws. */
export interface GeoLocator {
  locate(address: string): Place | null
}
