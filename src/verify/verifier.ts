import { compactVerify, errors } from 'jose'
import { ApiKeys } from './api-keys.ts'
import { readCompactHeader } from './compact-token.ts'
import { type RequestHeaders, readCredential } from './credential.ts'
import { Discovery } from './discovery.ts'
import { parseJson } from './json.ts'
import { KeySet } from './key-set.ts'
import { readOptions, type VerifierOptions, type VerifierSettings } from './options.ts'
import { type Outcome, type RefusalReason, refused, type Viewer } from './outcome.ts'
import { RevocationFeed } from './revocation-feed.ts'
import { readClaims, type TokenContent } from './token-claims.ts'
import { UnavailableFailure } from './unavailable.ts'

/** Checks access tokens and API keys of Gatehouse. One for each process is enough. */
export interface Verifier {
  /** Checks the credential in the headers `Authorization` and `x-api-key`. Never throws. */
  authenticate(headers: RequestHeaders): Promise<Outcome>
  /** Checks an access token or API key. Never throws. */
  verify(token: string): Promise<Outcome>
  /** Fetches keys and revocations, so that the first request need not wait. Optional. Rejects if they are unavailable. */
  start(): Promise<void>
  /** Stops following revocations. */
  close(): void
}

/** Nothing is fetched before the first check, or `start`. @throws TypeError that names the wrong option */
export function createVerifier(options: VerifierOptions): Verifier {
  return new TokenVerifier(readOptions(options))
}

const tokenType = 'at+jwt'
const noticeMs = 1000

class TokenVerifier implements Verifier {
  readonly #settings: VerifierSettings
  readonly #keys: KeySet
  readonly #revocations: RevocationFeed | null
  readonly #apiKeys: ApiKeys | null

  constructor(given: VerifierSettings) {
    const settings = { ...given, onUnavailable: pacedNotice(given) }
    const discovery = new Discovery(settings)
    this.#settings = settings
    this.#keys = new KeySet(settings, discovery)
    this.#revocations =
      settings.revocations === null ? null : new RevocationFeed(settings, settings.revocations, discovery)
    this.#apiKeys = settings.apiKeys === null ? null : new ApiKeys(settings, settings.apiKeys, discovery)
  }

  async authenticate(headers: RequestHeaders): Promise<Outcome> {
    const credential = readCredential(headers)
    return typeof credential === 'string' ? refused(credential) : this.verify(credential.token)
  }

  async verify(token: string): Promise<Outcome> {
    try {
      const result = await this.#check(token)
      if (typeof result === 'string') return refused(result)
      const { tenantId } = this.#settings
      if (tenantId !== null && result.tenantId !== tenantId) return refused('WRONG_TENANT')
      return { kind: 'viewer', viewer: result }
    } catch (error) {
      // Whatever fails here is not the fault of the token: it is neither accepted nor refused.
      const cause = error instanceof Error ? error : new Error(String(error))
      this.#settings.onUnavailable(cause)
      const retryAfterSeconds = cause instanceof UnavailableFailure ? cause.retryAfterSeconds : 1
      return { kind: 'unavailable', retryAfterSeconds, cause }
    }
  }

  async start(): Promise<void> {
    await Promise.all([this.#keys.load(), this.#revocations?.load()])
  }

  close(): void {
    this.#revocations?.close()
  }

  async #check(token: unknown): Promise<Viewer | RefusalReason> {
    if (typeof token !== 'string') return 'MALFORMED'
    if (ApiKeys.looksLike(token)) return (await this.#apiKeys?.check(token)) ?? 'API_KEY'
    const content = await this.#readSigned(token)
    if (typeof content === 'string') return content
    const { issuer, audience } = this.#settings
    if (content.issuer !== issuer) return 'WRONG_ISSUER'
    if (!content.audiences.includes(audience)) return 'WRONG_AUDIENCE'
    const untimely = this.#judgeTimes(content)
    if (untimely !== null) return untimely
    return (await this.#revocations?.isRevoked(content.revocable)) === true ? 'REVOKED' : content.viewer
  }

  /** The content of a token with a valid signature. Before that, only its header is read, to find the key. */
  async #readSigned(token: string): Promise<TokenContent | RefusalReason> {
    const header = readCompactHeader(token)
    if (header === null || header.typ !== tokenType) return 'MALFORMED'
    if (!this.#settings.algorithms.has(header.alg)) return 'BAD_SIGNATURE'
    const found = await this.#keys.find(header.kid)
    if (found === null || found.algorithm !== header.alg) return 'BAD_SIGNATURE'
    try {
      const { payload } = await compactVerify(token, found.key, { algorithms: [found.algorithm] })
      return readClaims(parseJson(new TextDecoder().decode(payload))) ?? 'MALFORMED'
    } catch (error) {
      if (error instanceof errors.JWSSignatureVerificationFailed) return 'BAD_SIGNATURE'
      throw error
    }
  }

  #judgeTimes({ issuedAt, notBefore, expiresAt }: TokenContent): RefusalReason | null {
    const now = Math.floor(this.#settings.now() / 1000)
    const tolerance = this.#settings.clockToleranceSeconds
    if (Math.max(issuedAt, notBefore) > now + tolerance) return 'NOT_YET_VALID'
    return expiresAt <= now - tolerance ? 'EXPIRED' : null
  }
}

/** Calls it at most once a second for each message, and never fails because of it. */
function pacedNotice({ onUnavailable, now }: VerifierSettings): (cause: Error) => void {
  let last = { message: '', at: 0 }
  return (cause) => {
    const at = now()
    if (cause.message === last.message && Math.abs(at - last.at) < noticeMs) return
    last = { message: cause.message, at }
    try {
      onUnavailable(cause)
    } catch {
      // The log of the application is no reason to accept or refuse a token.
    }
  }
}
