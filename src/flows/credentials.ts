/** What a request brings to say who it is. */
export interface Credentials {
  /** The header as it came. */
  readonly authorization: string | null
  /** Null beside an Authorization header, which alone says who asks then. */
  readonly accessCookie: string | null
  readonly refreshCookie: string | null
  /** The header x-csrf-token. */
  readonly csrfToken: string | null
}
