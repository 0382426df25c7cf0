import { sessionOf, type Tokens, tokensIn } from './answer.ts'
import type { AuthClientOptions, SignedOutReason } from './options.ts'
import { openChannel, type TabMessage, Tabs } from './tabs.ts'

/** What one page knows about its session, in memory, synchronized with the other tabs. */
export class PageSession {
  readonly tabs: Tabs
  readonly #options: AuthClientOptions
  /** This field and the following ones are written by this class only. */
  tokens: Tokens | null = null
  /** The x-csrf-token. After a page load it is known before the tokens. */
  csrfToken: string | null = null
  /** Whether it is known that there is no session. Then no request for a session is sent until the next sign-in. */
  signedOut = false
  /** Changes whenever tokens are stored or removed. */
  version = 0
  /** Called whenever the session or its tokens may have changed. They must not throw. */
  readonly listeners = new Set<() => void>()
  /** Milliseconds since 1970. */
  readonly now: () => number

  constructor(options: AuthClientOptions) {
    const {
      url,
      transport,
      name = `gatehouse ${transport} ${url}`,
      locks = globalThis.navigator?.locks,
      channel = openChannel,
    } = options
    this.#options = options
    this.now = options.now ?? Date.now
    // With BODY the session belongs to this page only: the refresh token is sent to the service and nowhere else.
    const others = transport === 'BODY' ? null : channel?.(name)
    this.tabs = new Tabs(name, locks, others, (message) => this.#receive(message))
  }

  /** Identifies the session; null if unknown. */
  get id(): string | null {
    const { tokens, csrfToken } = this
    return csrfToken ? sessionOf(csrfToken) : (tokens?.session ?? null)
  }

  /**
   * Stores the tokens in the result of a mutation and passes them to the other tabs; returns whether there were any.
   * @param signedIn Whether the mutation signed in, so that the tokens may belong to another session than those before.
   */
  storeTokensIn(data: unknown, signedIn: boolean): boolean {
    const tokens = tokensIn(data, this.tokens, signedIn, this.now())
    if (tokens === null) return false
    this.#set(tokens)
    this.tabs.post({ tokens, signedIn })
    return true
  }

  /**
   * Stores the result of the query csrfToken.
   * @param proof What shows that there is a session; null means that there is none.
   */
  setCsrfToken(csrfToken: string | null, proof: unknown = csrfToken): void {
    this.csrfToken = csrfToken
    this.signedOut = proof === null
    for (const listener of this.listeners) listener()
  }

  /**
   * Removes the session from memory. Notifies the application, once, and the other tabs, unless they have a session of
   * their own.
   */
  forget(reason: SignedOutReason): void {
    if (!this.signedOut && reason !== 'SESSION_REPLACED') this.tabs.post({ session: this.id })
    this.#clear(reason)
  }

  #set(tokens: Tokens | null): void {
    this.tokens = tokens
    this.version += 1
    this.setCsrfToken(tokens?.csrfToken ?? null, tokens)
  }

  #clear(reason: SignedOutReason): void {
    const { signedOut } = this
    this.#set(null)
    if (!signedOut) this.#options.onSignedOut?.(reason)
  }

  #receive(message: TabMessage): void {
    const { id, signedOut } = this
    if ('session' in message) {
      if (id === null || id === message.session) this.#clear('SIGNED_OUT_ELSEWHERE')
      return
    }
    const { tokens, signedIn } = message
    // Refreshed tokens of another session are ignored, and so are those that arrive after the sign-out.
    if (!signedIn && (signedOut || (id !== null && id !== tokens.session))) return
    this.#set(tokens)
    if (signedIn) this.#options.onSignedIn?.()
  }
}
