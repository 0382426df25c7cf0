/** What a request brings to say who it is. With an Authorization header the cookies are ignored: they are null here. */
export interface Credentials {
  /** The header as it came. */
  readonly authorization: string | null
  readonly accessCookie: string | null
  readonly refreshCookie: string | null
  /** The header x-csrf-token. */
  readonly csrfToken: string | null
}
