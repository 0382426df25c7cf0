/** What a request brings to say who it is. */
export interface Credentials {
  /** The header as it came. */
  readonly authorization: string | null
  /** The header x-api-key. */
  readonly apiKey: string | null
  /** Null beside an Authorization header or an API key, which alone says who asks then. */
  readonly accessCookie: string | null
  readonly refreshCookie: string | null
  /** Proves nothing: it marks a device that the owner of an account has signed in on. */
  readonly deviceCookie: string | null
  /** The header x-csrf-token. */
  readonly csrfToken: string | null
}

/** A request that says nothing of who it is. */
export const noCredentials: Credentials = {
  authorization: null,
  apiKey: null,
  accessCookie: null,
  refreshCookie: null,
  deviceCookie: null,
  csrfToken: null,
}
