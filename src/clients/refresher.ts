import { type Answer, type Refusal, refusalOf, sessionOf } from './answer.ts'
import { get, toText } from './json.ts'
import type { AuthClientOptions } from './options.ts'
import type { PageSession } from './page-session.ts'
import { post } from './post.ts'
import { findUnavailable, unavailableFrom } from './unavailable.ts'

const refreshDocument = `mutation Refresh($input: RefreshInput){refresh(input: $input){
... on AuthRateLimitedProblem{retryAfterSeconds}... on AuthProblem{code}... on RefreshSuccess{tokens{accessToken expiresIn refreshToken csrfToken}}}}`
/** Problems that end the session. */
const endingCodes = ['INVALID_REFRESH_TOKEN', 'REFRESH_TOKEN_REUSED', 'DEVICE_MISMATCH'] as const
const requestTimeoutMs = 9_000
/**
 * A refresh whose response was lost is retried at once: within the grace window of 10 s the service returns the same new
 * tokens. The delays and the timeout of an attempt are short enough that the last attempt starts within that window.
 */
const retryDelaysMs = [250, 1000]
const attemptTimeoutMs = 3_000

/** Exchanges the refresh token, once at a time across all tabs, and queries the x-csrf-token. */
export class Refresher {
  readonly #options: AuthClientOptions
  readonly #session: PageSession
  #running: Promise<boolean> | null = null

  constructor(options: AuthClientOptions, session: PageSession) {
    this.#options = options
    this.#session = session
  }

  /**
   * Refreshes, and returns whether the page is signed in afterwards.
   * @param staleVersion The session version whose tokens must be replaced. If the session has changed since, nothing is sent.
   * @param refusal Why the service refused those tokens; null if it did not. With null, a missing session is not reported
   * as a sign-out.
   * @throws GatehouseUnavailable
   */
  async refresh(staleVersion: number, refusal: Refusal | null): Promise<boolean> {
    const { tabs, version, tokens } = this.#session
    if (version !== staleVersion) return tokens !== null
    this.#running ??= tabs
      .runExclusive((waited) => this.#refreshUnderLock(staleVersion, refusal, waited))
      .finally(() => {
        this.#running = null
      })
    return this.#running
  }

  /** The x-csrf-token, from memory or from the service; null without a session. @throws GatehouseUnavailable */
  async csrfToken(refusal: Refusal | null = null): Promise<string | null> {
    return this.#session.csrfToken ?? this.renewCsrfToken(refusal)
  }

  /**
   * Queries the x-csrf-token, even if one is in memory. A token of another session means that someone else has signed in in
   * this browser; the page forgets its session then, since it must not act for them. @throws GatehouseUnavailable
   */
  async renewCsrfToken(refusal: Refusal | null): Promise<string | null> {
    const session = this.#session
    const { version, csrfToken } = session
    const answer = await this.#post('{ csrfToken }')
    const value = get(answer, 'data', 'csrfToken')
    if (value === undefined) throw unavailableFrom(answer)
    const fetched = toText(value)
    if (session.version !== version) return session.csrfToken
    if (fetched === null && refusal !== null) session.forget('NO_SESSION')
    else if (fetched !== null && csrfToken !== null && sessionOf(fetched) !== sessionOf(csrfToken))
      session.forget('SESSION_REPLACED')
    else session.setCsrfToken(fetched)
    return session.csrfToken
  }

  async #refreshUnderLock(staleVersion: number, refusal: Refusal | null, waited: boolean): Promise<boolean> {
    const session = this.#session
    // The message of the tab that held the lock before is awaited for a second.
    let checks = 20
    while (waited && session.version === staleVersion && checks--) await sleep(50)
    if (session.version !== staleVersion) return session.tokens !== null
    const held = this.#options.transport === 'BODY' ? session.tokens : await this.csrfToken(refusal)
    return held !== null && this.#exchange(refusal)
  }

  async #exchange(refusal: Refusal | null, isRetry = false): Promise<boolean> {
    const session = this.#session
    const { version } = session
    const answer = await this.#postRefresh()
    // A sign-in or sign-out happened meanwhile: the answer concerns a session that this page no longer has.
    if (session.version !== version) return session.tokens !== null
    if (session.storeTokensIn(answer.data, false)) return true
    if (!isRetry && refusalOf(answer) === 'CSRF')
      return (await this.renewCsrfToken('CSRF')) !== null && this.#exchange(refusal, true)
    this.#endSession(answer, refusal)
    return false
  }

  /** Forgets the session if the service refused the refresh token. @throws GatehouseUnavailable for any other answer */
  #endSession(answer: Answer, refusal: Refusal | null): void {
    const problem = get(answer, 'data', 'refresh')
    const code = endingCodes.find((name) => name === get(problem, 'code'))
    if (code === undefined) throw unavailableFrom(answer, problem)
    this.#session.forget(code === 'INVALID_REFRESH_TOKEN' && refusal === 'TOKEN_REVOKED' ? refusal : code)
  }

  async #postRefresh(delaysMs = retryDelaysMs): Promise<Answer> {
    // JSON omits undefined fields.
    const refreshToken = this.#session.tokens?.refreshToken ?? undefined
    const input = { refreshToken, device: this.#options.device }
    const [delayMs, ...laterDelaysMs] = delaysMs
    try {
      return await this.#post(refreshDocument, { input }, delayMs && attemptTimeoutMs)
    } catch (error) {
      if (delayMs === undefined || findUnavailable(error)?.reason !== 'NETWORK') throw error
      await sleep(delayMs)
      return this.#postRefresh(laterDelaysMs)
    }
  }

  #post(query: string, variables = {}, timeoutMs = requestTimeoutMs): Promise<Answer> {
    const { csrfToken } = this.#session
    const headers = csrfToken ? { 'x-csrf-token': csrfToken } : {}
    return post(this.#options, { query, variables, headers, timeoutMs })
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
