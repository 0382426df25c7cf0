import type { Discovery } from './discovery.ts'
import { fetchJson } from './fetch-json.ts'
import { isObject, isText, isWhole } from './json.ts'
import type { ApiKeyOptions, VerifierSettings } from './options.ts'
import type { Viewer } from './outcome.ts'
import { ageOf } from './shared-attempt.ts'
import { isUuid, scopesOf, toDate } from './token-claims.ts'
import { UnavailableFailure } from './unavailable.ts'

interface Result {
  /** Null: Gatehouse does not accept the key. */
  readonly viewer: Viewer | null
  /** When the question was asked. */
  readonly at: number
}

const maxResults = 1000
/** Maximum number of questions at once, so that made-up keys cannot hold up everything else. */
const maxQuestions = 50
const form = /^ghk_[A-Za-z0-9_-]{43}$/

/** Checks API keys with Gatehouse (RFC 7662), and uses the results for a few seconds. Memory holds only digests of keys. */
export class ApiKeys {
  readonly #settings: VerifierSettings
  readonly #discovery: Discovery
  readonly #cacheMs: number
  /** Refused keys are apart, so that made-up ones do not displace others. */
  readonly #accepted = new Map<string, Result>()
  readonly #refused = new Map<string, Result>()
  readonly #questions = new Map<string, Promise<Result>>()

  constructor(settings: VerifierSettings, { cacheSeconds }: Required<ApiKeyOptions>, discovery: Discovery) {
    this.#settings = settings
    this.#discovery = discovery
    this.#cacheMs = cacheSeconds * 1000
  }

  /** Whether a text may be an API key: it is not a token then. */
  static looksLike(text: string): boolean {
    return text.startsWith('ghk_')
  }

  /** The viewer of a valid key; `MALFORMED` or `INACTIVE` otherwise. @throws UnavailableFailure */
  async check(secret: string): Promise<Viewer | 'MALFORMED' | 'INACTIVE'> {
    if (!form.test(secret)) return 'MALFORMED'
    const digest = await digestOf(secret)
    const { viewer } = this.#known(digest) ?? (await this.#ask(secret, digest))
    if (viewer === null) return 'INACTIVE'
    return viewer.expiresAt !== null && viewer.expiresAt.getTime() <= this.#settings.now()
      ? 'INACTIVE'
      : viewer
  }

  #known(digest: string): Result | null {
    const result = this.#accepted.get(digest) ?? this.#refused.get(digest)
    return result !== undefined && ageOf(result.at, this.#settings.now()) < this.#cacheMs ? result : null
  }

  #ask(secret: string, digest: string): Promise<Result> {
    const asked = this.#questions.get(digest)
    if (asked !== undefined) return asked
    if (this.#questions.size >= maxQuestions)
      return Promise.reject(new UnavailableFailure('Too many API keys are checked at once.'))
    const question = this.#introspect(secret, digest).finally(() => this.#questions.delete(digest))
    this.#questions.set(digest, question)
    return question
  }

  async #introspect(secret: string, digest: string): Promise<Result> {
    const at = this.#settings.now()
    const url = await this.#discovery.find('introspection')
    const { fetch, serviceKey } = this.#settings
    const viewer = readIntrospection(await fetchJson(fetch, { url, serviceKey, form: { token: secret } }))
    this.#accepted.delete(digest)
    this.#refused.delete(digest)
    const results = viewer === null ? this.#refused : this.#accepted
    results.set(digest, { viewer, at })
    const [first] = results.keys()
    if (results.size > maxResults && first !== undefined) results.delete(first)
    return { viewer, at }
  }
}

/** Null for an inactive key. @throws UnavailableFailure for a response that says neither */
function readIntrospection(response: unknown): Viewer | null {
  if (isObject(response) && response.active === false) return null
  if (isObject(response) && response.active === true) {
    const { sub, tid, jti, client_id: clientId, sid, exp, scope } = response
    const isExpiry = exp === undefined || isWhole(exp)
    if (isUuid(sub) && isUuid(tid) && isText(jti) && clientId === jti && sid === undefined && isExpiry)
      return {
        kind: 'API_KEY',
        userId: sub,
        tenantId: tid,
        sessionId: null,
        tokenId: jti,
        role: null,
        roles: [],
        scopes: scopesOf(scope),
        assurance: null,
        expiresAt: exp === undefined ? null : toDate(exp),
        claims: response,
      }
  }
  throw new UnavailableFailure('Introspection returned no result for an API key.')
}

async function digestOf(secret: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
