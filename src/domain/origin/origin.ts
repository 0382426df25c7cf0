/** The origin of a request, from sources that this process trusts. */
export interface Origin {
  /** The address of the client, with IPv4-mapped IPv6 normalised; null if a trusted proxy did not name it. */
  readonly address: string | null
  /** At most 512 characters, without control characters; null if the client sent none. */
  readonly userAgent: string | null
  /** Sec-CH-UA-Platform, at most 32 characters; null if the browser did not send it. */
  readonly platform: string | null
  /** Sec-CH-UA-Mobile; null if the browser did not send it. */
  readonly mobile: boolean | null
  /** The first language of Accept-Language without its region, such as `de`; null if there is none. */
  readonly language: string | null
  /** The language for texts to the person, as a BCP 47 tag: the best that Accept-Language accepts; null without a request. */
  readonly textLanguage: string | null
  readonly requestId: string
}

/** The origin of work without a request: a job, or a command of the operator. */
export function ownOrigin(requestId: string): Origin {
  const client = { address: null, userAgent: null, platform: null, mobile: null }
  return { ...client, language: null, textLanguage: null, requestId }
}
