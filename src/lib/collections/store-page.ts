/** A keyset page of a store: rows between two ids, both exclusive, newest first. Null leaves that side open. */
export interface StorePage {
  /** Only rows older than this one. */
  readonly after: string | null
  /** Only rows newer than this one. */
  readonly before: string | null
  /** Maximum number of rows. */
  readonly limit: number
  /** The end of the range from which `limit` counts. */
  readonly from: 'newest' | 'oldest'
}
