/** Where a request came from, as far as this process may believe it. */
export interface Origin {
  /** The client's address, IPv4-mapped IPv6 already normalised; null when a trusted proxy did not name it. */
  readonly address: string | null
  /** At most 512 characters, without control characters; null when the client sent none. */
  readonly userAgent: string | null
  readonly requestId: string
}
