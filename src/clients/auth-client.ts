import { type Answer, deviceTokenIn, isEmpty, type Refusal, refusalOf, tokensIn, typesIn } from './answer.ts'
import {
  type Call,
  changesCookies,
  isAnonymous,
  isRecoverable,
  isSignIn,
  isSignOut,
  readCall,
} from './call.ts'
import type { AuthClientOptions, SignedOutReason } from './options.ts'
import { PageSession } from './page-session.ts'
import { credentialsOf, post } from './post.ts'
import { Refresher } from './refresher.ts'
import { get, isObject, unavailableIn, unavailableOf } from './unavailable.ts'

/** What a request is to be sent with. */
export interface Sending {
  readonly headers: Readonly<Record<string, string>>
  readonly credentials: RequestCredentials
  /** Of the session, then; for `mend`. */
  readonly version: number
}

const logoutText = `mutation Logout($input: LogoutInput) { logout(input: $input) {
... on AuthRateLimitedProblem { retryAfterSeconds } ... on AuthProblem { code }
__typename } }`
/** A refresh ahead of time that failed is tried again after this, unless the service says when. */
const restSeconds = 5

/**
 * The session of one page: keeps its tokens in memory, refreshes them, and tells the other tabs. Nothing is ever
 * written to localStorage or sessionStorage.
 */
export class AuthClient {
  readonly options: AuthClientOptions
  readonly #session: PageSession
  readonly #refresher: Refresher
  #restsUntil = 0

  constructor(options: AuthClientOptions) {
    this.options = options
    this.#session = new PageSession(options)
    this.#refresher = new Refresher(options, this.#session)
  }

  /** Whether a session is in memory. After a reload nobody knows before `restore`. */
  get signedIn(): boolean {
    return this.#session.id !== null
  }

  /**
   * To be called when a page has been loaded: takes up the session of the cookies (COOKIE, HYBRID), and answers whether
   * there is one. With BODY there is none: it has gone with the page before.
   * @throws GatehouseUnavailable
   */
  async restore(): Promise<boolean> {
    if (this.#session.tokens !== null) return true
    if (this.options.transport === 'COOKIE') return (await this.#refresher.csrfToken()) !== null
    return this.refresh()
  }

  /**
   * Sends an operation, refreshes before or after it where that is needed, and repeats it once then.
   * @throws GatehouseUnavailable; the session is kept. AbortError, when somebody else has signed in before it was sent.
   */
  async request<Data = unknown>(
    query: string,
    variables: object = {},
    signal?: AbortSignal,
  ): Promise<Answer<Data>> {
    const call = this.read(query)
    const filled = await this.fill(call, variables)
    const attempt = async () => {
      await this.prepare(call)
      signal?.throwIfAborted()
      const sending = this.sending(call)
      const answer = await post<Data>(this.options, { query, variables: filled, signal, ...sending })
      await this.note(call, answer.data)
      return { answer, sending }
    }
    const { answer, sending } = await this.alone(call, attempt)
    const refusal = refusalOf(answer)
    if (refusal === null || !(await this.mend(refusal, call, sending, answer.data))) return answer
    return (await attempt()).answer
  }

  /**
   * Ends the session, or every session of the account.
   * @throws GatehouseUnavailable; nobody is signed out then. AbortError, when somebody else has signed in meanwhile.
   */
  async signOut(input: { readonly allDevices?: boolean } = {}): Promise<void> {
    const answer = await this.request<{ logout?: unknown }>(logoutText, { input })
    if (/\bLogoutSuccess/.test(typesIn(answer.data))) return
    throw unavailableOf(answer, answer.data?.logout)
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

  /** Reads an operation: the first that is to be done, since it says for whom the rest is. */
  read(text: string): Call {
    return readCall(text, this.#session.id)
  }

  /**
   * `login` and `register` get the transport and the device, `logout` the refresh token with BODY (the access token
   * may be refused), unless their variable `input` has them.
   */
  async fill(call: Call, variables: object): Promise<object> {
    const input = get(variables, 'input')
    const refreshToken = this.#session.tokens?.refreshToken
    if (isSignOut(call) && refreshToken) return { ...variables, input: { refreshToken, ...Object(input) } }
    if (!isSignIn(call) || !isObject(input)) return variables
    const { transport, device, deviceTokens } = this.options
    const wantsDevice = call.mutations.includes('login')
    // What is undefined is not sent.
    const deviceToken = (wantsDevice && (await deviceTokens?.read())) || undefined
    return { ...variables, input: { tokenTransport: transport, device, deviceToken, ...input } }
  }

  /** What changes the cookies of all tabs is done one at a time, as refreshes are. */
  alone<T>(call: Call, work: () => Promise<T>): Promise<T> {
    return changesCookies(call) ? this.#session.tabs.alone(work) : work()
  }

  /** Whether nobody else has signed in since the call was begun; whoever signs in may be anybody. */
  isMeant(call: Call): boolean {
    const { id } = this.#session
    return isSignIn(call) || id === null || id === (call.session ?? id)
  }

  /** Whether the call can be sent as things are. */
  isReady(call: Call): boolean {
    if (this.#wantsCsrfToken(call)) return false
    const { tokens } = this.#session
    if (tokens === null || isAnonymous(call) || isSignOut(call)) return true
    const now = this.#session.now()
    return now < tokens.refreshAt || (now < tokens.expiresAt && now < this.#restsUntil)
  }

  /**
   * Makes ready. @throws GatehouseUnavailable, unless the tokens are still good; AbortError, when somebody else has signed
   * in since the call was read, in whose name it must not be sent.
   */
  async prepare(call: Call): Promise<void> {
    const session = this.#session
    if (!this.isMeant(call)) throw AbortSignal.abort().reason
    if (this.#wantsCsrfToken(call)) await this.#refresher.csrfToken()
    if (!this.isReady(call))
      await this.#refresher.refresh(session.version, 'TOKEN_EXPIRED').catch((error: unknown) => {
        if (session.now() >= (session.tokens?.expiresAt ?? 0)) throw error
        const seconds = unavailableIn(error)?.retryAfterSeconds ?? restSeconds
        this.#restsUntil = session.now() + seconds * 1000
      })
    if (!this.isMeant(call)) throw AbortSignal.abort().reason
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
    if (call.mutations.length === 0 || !this.isMeant(call)) return
    const types = typesIn(data)
    if (/\bLogoutSuccess/.test(types)) this.forget('SIGNED_OUT')
    if (/\bDeleteAccountSuccess/.test(types)) this.forget('ACCOUNT_DELETED')
    const signedIn = isSignIn(call)
    const session = this.#session
    const tokens = tokensIn(data, session.tokens, signedIn, session.now())
    if (tokens !== null) session.keep(tokens, signedIn)
    const deviceToken = deviceTokenIn(data)
    if (deviceToken) await this.options.deviceTokens?.write(deviceToken)
  }

  /**
   * Does what can be done about a refusal; answers whether the call is worth repeating. A token that was revoked may
   * have a successor: a changed role refuses access tokens, not the session. A mutation of which a part was done is not
   * repeated.
   * @param data What the call was answered.
   * @throws GatehouseUnavailable
   */
  async mend(refusal: Refusal, call: Call, { version }: Sending, data: unknown): Promise<boolean> {
    const session = this.#session
    if (!isRecoverable(refusal, call) || !this.isMeant(call)) return false
    // Cookies end with their session. Whoever sends his token himself has met something that took it away.
    if (refusal === 'TOKEN_MISSING' && !(this.options.transport === 'COOKIE' && this.signedIn)) return false
    if (refusal === 'CSRF') await this.#refresher.renewCsrfToken(refusal)
    else if (refusal !== 'TOKEN_INVALID') await this.#refresher.refresh(version, refusal)
    else if (session.version === version) this.forget(refusal)
    return !session.nobody && (call.mutations.length === 0 || isEmpty(data))
  }

  #wantsCsrfToken(call: Call): boolean {
    const { csrfToken, nobody, tokens } = this.#session
    const { transport } = this.options
    if (call.mutations.length === 0 || isSignIn(call) || nobody || csrfToken !== null) return false
    return transport === 'COOKIE' || (transport === 'HYBRID' && tokens === null)
  }
}

/** The session of one page. See `AuthClientOptions`. */
export function createAuthClient(options: AuthClientOptions): AuthClient {
  return new AuthClient(options)
}
