import { equalDigests, hmacSha256 } from '../../lib/digest.ts'
import { isUuid } from '../../lib/uuid.ts'

/**
 * The value of x-csrf-token: the session's id and an HMAC of it (OWASP Cross-Site Request Forgery Prevention sheet,
 * "signed double-submit"). Bound to one session, so that a planted cookie of another session is of no use.
 */
export class CsrfTokens {
  readonly #key: Uint8Array

  constructor(key: Uint8Array) {
    this.#key = key
  }

  issue(sessionId: string): string {
    return `${sessionId}.${Buffer.from(this.#mac(sessionId)).toString('base64url')}`
  }

  /** The session that an authentic token speaks for; null for everything else, and for none. */
  open(text: string | null): string | null {
    if (text === null) return null
    const [sessionId, mac, ...rest] = text.split('.')
    if (!isUuid(sessionId) || mac === undefined || rest.length > 0) return null
    return equalDigests(this.#mac(sessionId), Buffer.from(mac, 'base64url')) ? sessionId : null
  }

  #mac(sessionId: string): Uint8Array {
    return hmacSha256(this.#key, `csrf\0${sessionId}`)
  }
}
