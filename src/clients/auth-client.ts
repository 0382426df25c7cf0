import { type Answer, deviceTokenIn, hasType, type Refusal, refusalOf, tokensIn } from './answer.ts'
import { type Call, isAnonymous, isMendable, isSignIn, isSignOut, readCall } from './call.ts'
import type { AuthClientOptions, SignedOutReason } from './options.ts'
import { PageSession } from './page-session.ts'
import { credentialsOf, post } from './post.ts'
import { Refresher } from './refresher.ts'
import { GatehouseUnavailable, isObject, toUnavailable } from './unavailable.ts'

/** What a request is to be sent with. */
export interface Sending {
  readonly headers: Readonly<Record<string, string>>
  readonly credentials: RequestCredentials
  /** Of the session, then; for `mend`. */
  readonly version: number
}

const logoutText = `mutation Logout($input: LogoutInput) { logout(input: $input) { __typename
... on AuthRateLimitedProblem { retryAfterSeconds } ... on AuthProblem { code } } }`
/** A refresh ahead of time that failed is tried again after this, unless the service says when. */
const REST_SECONDS = 5

/**
 * The session of one page: keeps its tokens in memory, refreshes them, and tells the other tabs. Nothing is ever
 * written to localStorage or sessionStorage.
 */
export class AuthClient {
  readonly options: AuthClientOptions
  readonly #session: PageSession
  readonly #refresher: Refresher
  readonly #now: () => number
  #restsUntil = 0

  constructor(options: AuthClientOptions) {
    this.options = options
    this.#now = options.now ?? Date.now
    this.#session = new PageSession(options)
    this.#refresher = new Refresher(options, this.#session)
  }

  /** Whether a session is in memory. After a reload nobody knows before `restore`. */
  get signedIn(): boolean {
    return this.#session.id !== null
  }

  /**
   * To be called when a page has been loaded: takes up the session of the cookies (COOKIE, HYBRID) or of another tab
   * (BODY), and answers whether there is one.
   * @throws GatehouseUnavailable
   */
  async restore(): Promise<boolean> {
    if (this.#session.tokens !== null) return true
    if (this.options.transport === 'COOKIE') return (await this.#refresher.csrfToken()) !== null
    return this.refresh()
  }

  /**
   * Sends an operation, refreshes before or after it where that is needed, and repeats it once then.
   * @throws GatehouseUnavailable; the session is kept.
   */
  async request<Data = unknown>(
    query: string,
    variables: object = {},
    signal?: AbortSignal,
  ): Promise<Answer<Data>> {
    const call = readCall(query)
    const filled = await this.fill(call, variables)
    const attempt = async () => {
      await this.prepare(call)
      const sending = this.sending(call)
      const request = { query, variables: filled, headers: sending.headers, signal }
      const answer = await post<Data>(this.options, request)
      await this.note(call, answer.data)
      return { answer, sending }
    }
    const { answer, sending } = await attempt()
    const refusal = refusalOf(answer.errors)
    if (refusal === null || !(await this.mend(refusal, call, sending))) return answer
    return (await attempt()).answer
  }

  /** Ends the session, or every session of the account. @throws GatehouseUnavailable; nobody is signed out then. */
  async signOut(input: { readonly allDevices?: boolean } = {}): Promise<void> {
    const answer = await this.request<{ logout?: unknown }>(logoutText, { input })
    if (hasType(answer.data, 'LogoutSuccess')) return
    const unavailable = toUnavailable(answer) ?? toUnavailable(answer.data?.logout)
    throw unavailable ?? new GatehouseUnavailable('NOT_GRAPHQL', { cause: answer })
  }

  /**
   * Replaces the tokens: one refresh at a time, in all tabs. Answers whether somebody is signed in.
   * @throws GatehouseUnavailable; the session is kept.
   */
  refresh(): Promise<boolean> {
    return this.#refresher.refresh(this.#session.version, null)
  }

  /** Forgets the session in all tabs; `signOut` is what ends it. */
  forget(reason: SignedOutReason): void {
    this.#session.forget(reason)
  }

  /** Lets go of the other tabs. */
  close(): void {
    this.#session.tabs.close()
  }

  // What follows is for the links and exchanges of client libraries.

  /** `login` and `register` get the transport and the device, unless their variable `input` has them. */
  async fill(call: Call, variables: object): Promise<object> {
    const input = 'input' in variables ? variables.input : null
    if (!isSignIn(call) || !isObject(input)) return variables
    const { transport, device, deviceTokens } = this.options
    const wantsDevice = transport === 'BODY' && call.mutations.includes('login')
    const deviceToken = wantsDevice ? await deviceTokens?.read() : null
    const known = {
      tokenTransport: transport,
      ...(device && { device }),
      ...(deviceToken && { deviceToken }),
    }
    return { ...variables, input: { ...known, ...input } }
  }

  /** Whether the call can be sent as things are. */
  isReady(call: Call): boolean {
    if (this.#wantsCsrfToken(call)) return false
    const { tokens } = this.#session
    if (tokens === null || isAnonymous(call) || isSignOut(call)) return true
    const now = this.#now()
    return now < tokens.refreshAt || (now < tokens.expiresAt && now < this.#restsUntil)
  }

  /** Makes ready. @throws GatehouseUnavailable, unless the tokens are still good. */
  async prepare(call: Call): Promise<void> {
    if (this.#wantsCsrfToken(call)) await this.#refresher.csrfToken()
    if (this.isReady(call)) return
    try {
      await this.#refresher.refresh(this.#session.version, 'TOKEN_EXPIRED')
    } catch (error) {
      const { tokens } = this.#session
      if (tokens === null || this.#now() >= tokens.expiresAt) throw error
      const seconds = toUnavailable(error)?.retryAfterSeconds ?? REST_SECONDS
      this.#restsUntil = this.#now() + seconds * 1000
    }
  }

  /** What the call is to be sent with. */
  sending(call: Call): Sending {
    const { tokens, csrfToken, version } = this.#session
    const headers: Record<string, string> = {}
    if (tokens?.accessToken && !isAnonymous(call)) headers.authorization = `Bearer ${tokens.accessToken}`
    if (csrfToken !== null && call.mutations.length > 0) headers['x-csrf-token'] = csrfToken
    return { headers, credentials: credentialsOf(this.options), version }
  }

  /** Keeps what the answer of a mutation brings, and notices when it has ended the session. */
  async note(call: Call, data: unknown): Promise<void> {
    if (call.mutations.length === 0) return
    if (hasType(data, 'LogoutSuccess')) this.forget('SIGNED_OUT')
    if (hasType(data, 'DeleteAccountSuccess')) this.forget('ACCOUNT_DELETED')
    const tokens = tokensIn(data, this.#session.tokens, isSignIn(call), this.#now())
    if (tokens !== null) this.#session.keep(tokens, isSignIn(call))
    const deviceToken = deviceTokenIn(data)
    if (deviceToken !== null) await this.options.deviceTokens?.write(deviceToken)
  }

  /**
   * Does what can be done about a refusal; answers whether the call is worth repeating. A token that was revoked may
   * have a successor: a changed role refuses access tokens, not the session.
   * @throws GatehouseUnavailable
   */
  async mend(refusal: Refusal, call: Call, { version }: Sending): Promise<boolean> {
    if (!isMendable(refusal, call)) return false
    if (refusal === 'CSRF') return (await this.#refresher.renewCsrfToken(refusal)) !== null
    if (refusal !== 'TOKEN_INVALID') return this.#refresher.refresh(version, refusal)
    if (this.#session.version !== version) return this.#session.tokens !== null
    this.forget(refusal)
    return false
  }

  #wantsCsrfToken(call: Call): boolean {
    const { csrfToken, nobody, tokens } = this.#session
    if (call.mutations.length === 0 || isSignIn(call) || nobody || csrfToken !== null) return false
    if (this.options.transport === 'COOKIE') return true
    return this.options.transport === 'HYBRID' && tokens === null && (isSignOut(call) || isAnonymous(call))
  }
}

/** The session of one page. See `AuthClientOptions`. */
export function createAuthClient(options: AuthClientOptions): AuthClient {
  return new AuthClient(options)
}
