import { type Answer, type Refusal, refusalOf, sessionOf, text, tokensIn } from './answer.ts'
import type { AuthClientOptions } from './options.ts'
import type { PageSession } from './page-session.ts'
import { post } from './post.ts'
import { get, unavailableIn, unavailableOf } from './unavailable.ts'

const refreshText = `mutation Refresh($input: RefreshInput) { refresh(input: $input) {
... on AuthRateLimitedProblem { retryAfterSeconds } ... on AuthProblem { code }
... on RefreshSuccess { tokens { accessToken expiresIn refreshToken csrfToken } } } }`
/** What ends a session for good. */
const endings = ['INVALID_REFRESH_TOKEN', 'REFRESH_TOKEN_REUSED', 'DEVICE_MISMATCH'] as const
const refreshTimeoutMs = 9_000
/** So long another tab has to tell what it has. */
const newsMs = 100
/**
 * An answer that was lost is asked for again at once: within the grace window of 10 s it is the same successor. Whoever
 * does not answer is waited for so long that the last try begins in it.
 */
const pausesMs = [250, 1000]
const tryMs = 3_000

/** Exchanges the refresh token, one at a time in all tabs, and asks for the x-csrf-token. */
export class Refresher {
  readonly #options: AuthClientOptions
  readonly #session: PageSession
  #running: Promise<boolean> | null = null

  constructor(options: AuthClientOptions, session: PageSession) {
    this.#options = options
    this.#session = session
  }

  /**
   * Answers whether somebody is signed in then. @throws GatehouseUnavailable
   * @param before The session's version whose tokens are not good any more; of a later one nothing is asked.
   * @param refusal What the service said of them; null when nobody has tried: then nobody is signed out for there
   * being no session.
   */
  async refresh(before: number, refusal: Refusal | null): Promise<boolean> {
    const { tabs, version, tokens } = this.#session
    if (version !== before) return tokens !== null
    this.#running ??= tabs
      .alone((waited) => this.#refreshAlone(before, refusal, waited))
      .finally(() => {
        this.#running = null
      })
    return this.#running
  }

  /** The x-csrf-token, asked for when it is not in memory; null without a session. @throws GatehouseUnavailable */
  async csrfToken(refusal: Refusal | null = null): Promise<string | null> {
    return this.#session.csrfToken ?? this.renewCsrfToken(refusal)
  }

  /**
   * Asks for the x-csrf-token, also when the service has refused the one in memory. Another session's means that
   * somebody has signed in beside this page, which must not go on in his name. @throws GatehouseUnavailable
   */
  async renewCsrfToken(refusal: Refusal | null): Promise<string | null> {
    const session = this.#session
    const { version, csrfToken } = session
    const fetched = await this.#fetchCsrfToken()
    if (session.version !== version) return session.csrfToken
    if (fetched === null && refusal !== null) session.forget('NO_SESSION')
    else if (fetched !== null && csrfToken !== null && sessionOf(fetched) !== sessionOf(csrfToken))
      session.forget('SESSION_REPLACED')
    else session.learn(fetched)
    return session.csrfToken
  }

  async #fetchCsrfToken(): Promise<string | null> {
    const answer = await this.#post('{ csrfToken }')
    const value = get(answer, 'data', 'csrfToken')
    if (value === undefined) throw unavailableOf(answer)
    return text(value)
  }

  async #refreshAlone(before: number, refusal: Refusal | null, waited: boolean): Promise<boolean> {
    const session = this.#session
    if (waited && session.version === before) await sleep(newsMs)
    if (session.version !== before) return session.tokens !== null
    const held = this.#options.transport === 'BODY' ? session.tokens : await this.csrfToken(refusal)
    return held !== null && this.#exchange(refusal)
  }

  async #exchange(refusal: Refusal | null, again = false): Promise<boolean> {
    const session = this.#session
    const { version, tokens: before } = session
    const answer = await this.#postRefresh()
    // Somebody has signed in or out meanwhile: the answer is about a session that is not this page's any more.
    if (session.version !== version) return session.tokens !== null
    const tokens = tokensIn(answer.data, before, false, session.now())
    if (tokens !== null) {
      session.keep(tokens, false)
      return true
    }
    if (!again && refusalOf(answer) === 'CSRF')
      return (await this.renewCsrfToken('CSRF')) !== null && this.#exchange(refusal, true)
    this.#giveUp(answer, refusal)
    return false
  }

  /** Signs out for what the service says of the refresh token. @throws GatehouseUnavailable for everything else. */
  #giveUp(answer: Answer, refusal: Refusal | null): void {
    const problem = get(answer, 'data', 'refresh')
    const code = endings.find((name) => name === get(problem, 'code'))
    if (code === undefined) throw unavailableOf(answer, problem)
    this.#session.forget(code === 'INVALID_REFRESH_TOKEN' && refusal === 'TOKEN_REVOKED' ? refusal : code)
  }

  async #postRefresh(pauses = pausesMs): Promise<Answer> {
    // What is undefined is not sent.
    const refreshToken = this.#session.tokens?.refreshToken ?? undefined
    const input = { refreshToken, device: this.#options.device }
    const [pause, ...others] = pauses
    try {
      return await this.#post(refreshText, { input }, pause && tryMs)
    } catch (error) {
      if (pause === undefined || unavailableIn(error)?.reason !== 'NETWORK') throw error
      await sleep(pause)
      return this.#postRefresh(others)
    }
  }

  #post(query: string, variables = {}, timeoutMs = refreshTimeoutMs): Promise<Answer> {
    const { csrfToken } = this.#session
    const headers = csrfToken === null ? {} : { 'x-csrf-token': csrfToken }
    return post(this.#options, { query, variables, headers, timeoutMs })
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
