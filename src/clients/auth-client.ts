import { type Answer, isEmpty, type Refusal, refusalOf, storeToken, typesIn } from './answer.ts'
import {
  type Call,
  isAboutSession,
  isAnonymous,
  isSignIn,
  isSignOut,
  readCall,
  replacesTokens,
} from './call.ts'
import { get, isObject } from './json.ts'
import type { AuthClientOptions, SignedOutReason } from './options.ts'
import { PageSession } from './page-session.ts'
import { credentialsOf, post } from './post.ts'
import { Refresher } from './refresher.ts'
import { findUnavailable, unavailableFrom } from './unavailable.ts'

/** What the session adds to a request. */
export interface RequestOptions {
  readonly headers: Readonly<Record<string, string>>
  readonly credentials: RequestCredentials
  /** The version of the session at that time; `recover` requires it. */
  readonly version: number
}

const logoutDocument = `mutation Logout($input: LogoutInput){logout(input: $input){
... on AuthRateLimitedProblem{retryAfterSeconds}... on AuthProblem{code} __typename}}`
/** Delay before another early refresh after a failed one, unless the service sends a delay. */
const refreshRetrySeconds = 5

/**
 * The session of one page: keeps its tokens in memory, refreshes them, and synchronizes the other tabs. Nothing is ever
 * written to localStorage or sessionStorage.
 */
export class AuthClient {
  readonly options: AuthClientOptions
  readonly #session: PageSession
  readonly #refresher: Refresher
  #noEarlyRefreshUntil = 0

  constructor(options: AuthClientOptions) {
    this.options = options
    this.#session = new PageSession(options)
    this.#refresher = new Refresher(options, this.#session)
  }

  /** Whether a session is in memory. After a page load this is false until `restore` has completed. */
  get signedIn(): boolean {
    return this.#session.id !== null
  }

  /** Called whenever the session or its tokens may have changed, in this tab or by another one. They must not throw. */
  get listeners(): Set<() => void> {
    return this.#session.listeners
  }

  /**
   * Restores the session from the cookies (COOKIE, HYBRID); call it after a page load. Returns whether there is a
   * session. With BODY it returns false after a page load, since the tokens were lost with the previous page.
   * @throws GatehouseUnavailable
   */
  async restore(): Promise<boolean> {
    if (this.#session.tokens !== null) return true
    if (this.options.transport === 'COOKIE') return (await this.#refresher.csrfToken()) !== null
    return this.refresh()
  }

  /**
   * Sends an operation. Refreshes before it if the access token expires, or after it if the service refused the token;
   * in that case the operation is repeated once.
   * @param signal Ends the request. Without one it ends `requestTimeoutMs` after it was sent: GatehouseUnavailable (NETWORK), and
   * the outcome of a mutation is unknown. A wait for another tab before that is not interrupted.
   * @throws GatehouseUnavailable; the session is kept. AbortError if someone else signed in before it was sent.
   */
  async request<Data = unknown>(
    query: string,
    variables: object = {},
    signal?: AbortSignal,
  ): Promise<Answer<Data>> {
    const call = this.readCall(query)
    const filled = await this.fillInput(call, variables)
    const send = async () => {
      this.abortUnlessCurrent(call)
      signal?.throwIfAborted()
      const options = this.requestOptions(call)
      const answer = await post<Data>(this.options, { query, variables: filled, signal, ...options })
      await this.applyResult(call, answer.data)
      return [answer, options] as const
    }
    const attempt = async () => {
      await this.prepare(call)
      return this.runExclusive(call, send)
    }
    const [answer, options] = await attempt()
    const refusal = refusalOf(answer)
    const repeats = refusal !== null && (await this.recover(refusal, call, options, answer.data))
    return repeats ? (await attempt())[0] : answer
  }

  /**
   * Ends the session, or with `allDevices` every session of the account.
   * @throws GatehouseUnavailable; the session is kept then. AbortError if someone else signed in meanwhile.
   */
  async signOut(input: { readonly allDevices?: boolean } = {}): Promise<void> {
    const answer = await this.request<{ logout?: unknown }>(logoutDocument, { input })
    if (/LogoutSuccess/.test(typesIn(answer.data))) return
    throw unavailableFrom(answer, answer.data?.logout)
  }

  /**
   * Replaces the tokens: one refresh at a time across all tabs. Returns whether the page is signed in afterwards.
   * @throws GatehouseUnavailable; the session is kept.
   */
  refresh(): Promise<boolean> {
    return this.#refresher.refresh(this.#session.version, null)
  }

  /** Removes the session from the memory of all tabs. It does not end the session: that is `signOut`. */
  forget(reason: SignedOutReason): void {
    this.#session.forget(reason)
  }

  /** Stops exchanging messages with the other tabs. */
  close(): void {
    this.#session.tabs.close()
  }

  // The following methods are for the links and exchanges of client libraries.

  /** Reads an operation. Call it first: it records the session that the operation belongs to. */
  readCall(text: string): Call {
    return readCall(text, this.#session.id)
  }

  /**
   * Adds to the variable `input`, where it lacks them: for sign-ins the transport and the device (the second step keeps the
   * transport of its login), for `login` and `loginWithPasskey` also the stored device token, for `login` the token of a remembered
   * device, and for `logout` with BODY the refresh token, since the access token may be refused.
   */
  async fillInput(call: Call, variables: object): Promise<object> {
    const input = get(variables, 'input')
    const refreshToken = this.#session.tokens?.refreshToken
    if (isSignOut(call) && refreshToken) return { ...variables, input: { refreshToken, ...Object(input) } }
    if (!isSignIn(call) || !isObject(input)) return variables
    const { transport, device, deviceTokens, rememberedDevices } = this.options
    const names = call.mutations.join()
    // `register` has no deviceToken, the second step has no transport. JSON omits undefined fields.
    const defaults = {
      tokenTransport: /complete/.test(names) ? undefined : transport,
      device,
      deviceToken: /login/.test(names) ? await deviceTokens?.read() : undefined,
      rememberedDeviceToken: names === 'login' ? await rememberedDevices?.read() : undefined,
    }
    return { ...variables, input: { ...defaults, ...input } }
  }

  /**
   * Runs the work of a call that replaces the tokens of all tabs under the same lock as refreshes; other work at once. Call
   * `prepare` before it, which may refresh, and `abortUnlessCurrent` in the work.
   */
  runExclusive<T>(call: Call, work: () => Promise<T>): Promise<T> {
    return replacesTokens(call) ? this.#session.tabs.runExclusive(work) : work()
  }

  /** Whether the call belongs to the current session. A sign-in always does. */
  isCurrent(call: Call): boolean {
    const { id } = this.#session
    return isSignIn(call) || id === null || id === (call.session ?? id)
  }

  /** @throws AbortError if someone else has signed in since the call was read: it must not be sent for them. */
  abortUnlessCurrent(call: Call): void {
    if (!this.isCurrent(call)) throw AbortSignal.abort().reason
  }

  /** Whether the call can be sent without `prepare`. */
  isReady(call: Call): boolean {
    if (this.#lacksCsrfToken(call)) return false
    const { tokens } = this.#session
    if (tokens === null || isAnonymous(call) || isSignOut(call)) return true
    const now = this.#session.now()
    return now < tokens.refreshAt || (now < tokens.expiresAt && now < this.#noEarlyRefreshUntil)
  }

  /**
   * Refreshes the tokens and queries the x-csrf-token if the call requires it.
   * @throws GatehouseUnavailable, unless the tokens are still valid; what `abortUnlessCurrent` throws
   */
  async prepare(call: Call): Promise<void> {
    const session = this.#session
    this.abortUnlessCurrent(call)
    if (this.#lacksCsrfToken(call)) await this.#refresher.csrfToken()
    if (!this.isReady(call))
      await this.#refresher.refresh(session.version, 'TOKEN_EXPIRED').catch((error: unknown) => {
        if (session.now() >= (session.tokens?.expiresAt ?? 0)) throw error
        const seconds = findUnavailable(error)?.retryAfterSeconds ?? refreshRetrySeconds
        this.#noEarlyRefreshUntil = session.now() + seconds * 1000
      })
    this.abortUnlessCurrent(call)
  }

  /** The headers and the credentials mode to send the call with. */
  requestOptions(call: Call): RequestOptions {
    const { tokens, csrfToken, version } = this.#session
    const headers: Record<string, string> = {}
    if (tokens?.accessToken && !isAnonymous(call)) headers.authorization = `Bearer ${tokens.accessToken}`
    if (csrfToken && call.mutations.length > 0) headers['x-csrf-token'] = csrfToken
    return { headers, credentials: credentialsOf(this.options), version }
  }

  /** Stores the tokens in the result of a mutation, and forgets the session if the mutation ended it. */
  async applyResult(call: Call, data: unknown): Promise<void> {
    if (call.mutations.length === 0 || !this.isCurrent(call)) return
    const types = typesIn(data)
    if (/LogoutSuccess/.test(types)) this.forget('SIGNED_OUT')
    if (/DeleteAccountSuccess/.test(types)) this.forget('ACCOUNT_DELETED')
    this.#session.storeTokensIn(data, isSignIn(call))
    await storeToken(data, 'deviceToken', this.options.deviceTokens)
    await storeToken(data, 'rememberedDeviceToken', this.options.rememberedDevices)
  }

  /**
   * Resolves a refusal as far as possible, and returns whether to repeat the call. A revoked token is refreshed too: a
   * changed role invalidates access tokens, not the session. A mutation that was executed in part is not repeated.
   * @param options The options with which the refused call was sent.
   * @param data The data in the answer to the call.
   * @throws GatehouseUnavailable
   */
  async recover(refusal: Refusal, call: Call, options: RequestOptions, data: unknown): Promise<boolean> {
    const session = this.#session
    if (!isAboutSession(refusal, call) || !this.isCurrent(call)) return false
    // A missing cookie has expired. A missing Authorization header was removed on the way, which a refresh cannot fix.
    if (refusal === 'TOKEN_MISSING' && !(this.options.transport === 'COOKIE' && this.signedIn)) return false
    if (refusal === 'CSRF') await this.#refresher.renewCsrfToken(refusal)
    else if (refusal !== 'TOKEN_INVALID') await this.#refresher.refresh(options.version, refusal)
    else if (session.version === options.version) this.forget(refusal)
    return !session.signedOut && (call.mutations.length === 0 || isEmpty(data))
  }

  #lacksCsrfToken(call: Call): boolean {
    const { csrfToken, signedOut, tokens } = this.#session
    const { transport } = this.options
    if (call.mutations.length === 0 || isSignIn(call) || signedOut || csrfToken) return false
    return transport === 'COOKIE' || (tokens === null && transport !== 'BODY')
  }
}

/** Creates the session of one page. See `AuthClientOptions`. */
export function createAuthClient(options: AuthClientOptions): AuthClient {
  return new AuthClient(options)
}
