import { equalDigests, hmacSha256 } from '../../lib/crypto/digest.ts'
import { isUuid } from '../../lib/ids/uuid.ts'

/**
 * The value of `x-csrf-token`: the id of the session and an HMAC of it (OWASP Cross-Site Request Forgery Prevention
 * Cheat Sheet, "signed double-submit cookie"). It is bound to one session, so that a planted cookie of another
 * session is useless.
 */
export class CsrfTokens {
  readonly #keys: readonly Uint8Array[]

  /** @param keys the first one signs, all are accepted */
  constructor(keys: readonly Uint8Array[]) {
    this.#keys = keys
  }

  issue(sessionId: string): string {
    const [key] = this.#keys
    if (key === undefined) throw new Error('There is no key to sign x-csrf-token with.')
    return `${sessionId}.${Buffer.from(mac(key, sessionId)).toString('base64url')}`
  }

  /** The session id of an authentic token; null for any other text, and for null. */
  open(text: string | null): string | null {
    if (text === null) return null
    const [sessionId, presented, ...rest] = text.split('.')
    if (!isUuid(sessionId) || presented === undefined || rest.length > 0) return null
    const given = Buffer.from(presented, 'base64url')
    return this.#keys.some((key) => equalDigests(mac(key, sessionId), given)) ? sessionId : null
  }
}

function mac(key: Uint8Array, sessionId: string): Uint8Array {
  return hmacSha256(key, `csrf\0${sessionId}`)
}
