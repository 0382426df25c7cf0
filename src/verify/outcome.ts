/** Who sends a request: a user with an access token, or a program with an API key. */
export interface Viewer {
  readonly kind: 'USER' | 'API_KEY'
  /** The id of the user (`sub`); for an API key, of its owner. Store this id, never an e-mail address. */
  readonly userId: string
  readonly tenantId: string
  /** Null for an API key. */
  readonly sessionId: string | null
  /** The `jti` of the access token, or the id of the API key. */
  readonly tokenId: string
  /** The role that Gatehouse itself knows. Null for an API key. */
  readonly role: BuiltInRole | null
  /** Names of the application's roles. None for an API key. */
  readonly roles: readonly string[]
  /** Permissions: those of Gatehouse, and those of the application. */
  readonly scopes: ReadonlySet<string>
  /** How the user has proven who they are. Null for an API key. */
  readonly assurance: Assurance | null
  /** Null for an API key that does not expire. */
  readonly expiresAt: Date | null
  /** All claims of the access token, or all members of the introspection response. */
  readonly claims: Readonly<Record<string, unknown>>
}

export type BuiltInRole = 'USER' | 'MODERATOR' | 'ADMIN'

/** `aal1`: one factor. `aal2`: two factors, or a passkey with user verification. */
export type AssuranceLevel = 'aal1' | 'aal2'

export interface Assurance {
  readonly level: AssuranceLevel
  /** `amr` (RFC 8176). */
  readonly methods: readonly string[]
  /** The last proof of the password, or the last sign-in with a passkey. */
  readonly authenticatedAt: Date
  /** The last proof of a second factor or passkey; null if there was none. */
  readonly secondFactorAt: Date | null
}

/**
 * Why a credential is refused.
 * - MISSING: the request has none.
 * - MALFORMED: it is no access token of Gatehouse, or a request has two credentials.
 * - BAD_SIGNATURE: signed by no key of Gatehouse. WRONG_ISSUER, WRONG_AUDIENCE: a token of another service, or for another one.
 * - EXPIRED, NOT_YET_VALID: its time is over, or has not come.
 * - WRONG_TENANT: a valid credential of another tenant.
 * - REVOKED: listed by the revocation feed. INACTIVE: an API key that Gatehouse does not accept.
 * - API_KEY: API keys are not accepted here (option `apiKeys`).
 */
export type RefusalReason =
  | 'MISSING'
  | 'MALFORMED'
  | 'BAD_SIGNATURE'
  | 'WRONG_ISSUER'
  | 'WRONG_AUDIENCE'
  | 'EXPIRED'
  | 'NOT_YET_VALID'
  | 'WRONG_TENANT'
  | 'REVOKED'
  | 'INACTIVE'
  | 'API_KEY'

export interface Refused {
  readonly kind: 'refused'
  readonly reason: RefusalReason
}

/** The credential could not be checked. It is neither accepted nor refused: respond with 503 and let the caller repeat the request. */
export interface Unavailable {
  readonly kind: 'unavailable'
  readonly retryAfterSeconds: number
  /** What failed, for your log. Do not show it to callers. */
  readonly cause: Error
}

/** The result of checking the credential of a request. */
export type Outcome = { readonly kind: 'viewer'; readonly viewer: Viewer } | Refused | Unavailable

export function refused(reason: RefusalReason): Refused {
  return { kind: 'refused', reason }
}
