/** The credentials of a request. */
export interface Credentials {
  /** The Authorization header, unparsed. */
  readonly authorization: string | null
  /** The header x-api-key. */
  readonly apiKey: string | null
  /** Null if the request has an Authorization header or an API key: cookies are ignored then. */
  readonly accessCookie: string | null
  readonly refreshCookie: string | null
  /** Marks a device that the owner of an account has signed in on. It authenticates no one. */
  readonly deviceCookie: string | null
  /** Binds a sign-in that waits for its second step to the browser that began it. */
  readonly challengeCookie: string | null
  /** Skips the second step on a device. It authenticates no one. */
  readonly rememberedCookie: string | null
  /** The header x-csrf-token. */
  readonly csrfToken: string | null
}

/** A request without credentials. */
export const noCredentials: Credentials = {
  authorization: null,
  apiKey: null,
  accessCookie: null,
  refreshCookie: null,
  deviceCookie: null,
  challengeCookie: null,
  rememberedCookie: null,
  csrfToken: null,
}
