import { type Answer, type Refusal, refusalOf, sessionOf, tokensIn } from './answer.ts'
import type { AuthClientOptions } from './options.ts'
import type { PageSession } from './page-session.ts'
import { post } from './post.ts'
import { GatehouseUnavailable, isObject, toUnavailable } from './unavailable.ts'

const refreshText = `mutation Refresh($input: RefreshInput) { refresh(input: $input) { __typename
... on RefreshSuccess { tokens { accessToken expiresIn refreshToken csrfToken } }
... on AuthRateLimitedProblem { retryAfterSeconds } ... on AuthProblem { code } } }`
const TIMEOUT_MS = 9_000
/** An answer that was lost is asked for again at once: within the grace window it is the same successor. */
const PAUSES_MS = [250, 1000]

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
  refresh(before: number, refusal: Refusal | null): Promise<boolean> {
    const { tabs, version, tokens } = this.#session
    if (version !== before) return Promise.resolve(tokens !== null)
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
    const answer = await this.#post('{ csrfToken }', {}, null)
    const value = isObject(answer.data) ? answer.data.csrfToken : undefined
    if (value === null || typeof value === 'string') return value
    throw asUnavailable(answer)
  }

  async #refreshAlone(before: number, refusal: Refusal | null, waited: boolean): Promise<boolean> {
    const session = this.#session
    const { tabs } = session
    const wantsTokens = this.#options.transport === 'BODY' && session.tokens === null
    if (wantsTokens) tabs.post({ type: 'wanted' })
    if (wantsTokens || (waited && session.version === before)) await tabs.hearSomething()
    if (session.version !== before) return session.tokens !== null
    if (this.#options.transport === 'BODY') return session.tokens !== null && this.#exchange(refusal)
    return (await this.csrfToken(refusal)) !== null && this.#exchange(refusal)
  }

  async #exchange(refusal: Refusal | null, again = false): Promise<boolean> {
    const session = this.#session
    const { version, tokens: before } = session
    const answer = await this.#postRefresh()
    // Somebody has signed in or out meanwhile: the answer is about a session that is not this page's any more.
    if (session.version !== version) return session.tokens !== null
    const tokens = tokensIn(answer.data, before, false, (this.#options.now ?? Date.now)())
    if (tokens !== null) {
      session.keep(tokens, false)
      return true
    }
    if (!again && refusalOf(answer.errors) === 'CSRF')
      return (await this.renewCsrfToken('CSRF')) !== null && this.#exchange(refusal, true)
    this.#giveUp(answer, refusal)
    return false
  }

  /** Signs out for what the service says of the refresh token. @throws GatehouseUnavailable for everything else. */
  #giveUp(answer: Answer, refusal: Refusal | null): void {
    const problem = isObject(answer.data) ? answer.data.refresh : null
    const code = isObject(problem) ? problem.code : null
    if (code === 'INVALID_REFRESH_TOKEN') this.#session.forget(refusal === 'TOKEN_REVOKED' ? refusal : code)
    else if (code === 'REFRESH_TOKEN_REUSED' || code === 'DEVICE_MISMATCH') this.#session.forget(code)
    else throw toUnavailable(problem) ?? asUnavailable(answer)
  }

  async #postRefresh(): Promise<Answer> {
    const { device } = this.#options
    const refreshToken = this.#session.tokens?.refreshToken
    const input = { ...(refreshToken && { refreshToken }), ...(device && { device }) }
    for (const pause of PAUSES_MS) {
      try {
        return await this.#post(refreshText, { input }, this.#session.csrfToken)
      } catch (error) {
        if (!(error instanceof GatehouseUnavailable) || error.reason !== 'NETWORK') throw error
        await new Promise((resolve) => setTimeout(resolve, pause))
      }
    }
    return this.#post(refreshText, { input }, this.#session.csrfToken)
  }

  #post(query: string, variables: object, csrfToken: string | null): Promise<Answer> {
    return post(this.#options, {
      query,
      variables,
      headers: csrfToken === null ? {} : { 'x-csrf-token': csrfToken },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
  }
}

function asUnavailable(answer: Answer): GatehouseUnavailable {
  return toUnavailable(answer) ?? new GatehouseUnavailable('NOT_GRAPHQL', { cause: answer })
}
