/** Where a request came from, as far as this process may believe it. */
export interface Origin {
  /** The client's address, IPv4-mapped IPv6 already normalised; null when a trusted proxy did not name it. */
  readonly address: string | null
  /** At most 512 characters, without control characters; null when the client sent none. */
  readonly userAgent: string | null
  /** What the browser calls its platform (Sec-CH-UA-Platform), at most 32 characters; null when it does not say. */
  readonly platform: string | null
  /** Whether the browser calls its device mobile (Sec-CH-UA-Mobile); null when it does not say. */
  readonly mobile: boolean | null
  /** The first language of Accept-Language without its region, such as `de`; null when there is none. */
  readonly language: string | null
  readonly requestId: string
}

/** Where something comes from that no request asked for: a job, or a command of the operator. */
export function ownOrigin(requestId: string): Origin {
  return { address: null, userAgent: null, platform: null, mobile: null, language: null, requestId }
}
