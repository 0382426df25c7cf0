import { sessionOf, type Tokens } from './answer.ts'
import type { AuthClientOptions, SignedOutReason } from './options.ts'
import { openChannel, type TabMessage, Tabs } from './tabs.ts'

/** What one page knows of its session, in memory, and what the tabs tell each other of it. */
export class PageSession {
  readonly tabs: Tabs
  readonly #options: AuthClientOptions
  /** Written by this class alone, as the following are. */
  tokens: Tokens | null = null
  /** The x-csrf-token; known before the tokens when a page has been loaded. */
  csrfToken: string | null = null
  /** Whether it is known that there is no session. Then the service is not asked until somebody signs in. */
  nobody = false
  /** Another number whenever tokens have come or gone. */
  version = 0
  /** Milliseconds since 1970. */
  readonly now: () => number

  constructor(options: AuthClientOptions) {
    const { url, transport, locks = globalThis.navigator?.locks, channel = openChannel } = options
    const { name = `gatehouse ${transport} ${url}` } = options
    this.#options = options
    this.now = options.now ?? Date.now
    // With BODY the session is this page's alone: no refresh token goes anywhere but to the service.
    const others = transport === 'BODY' ? null : channel?.(name)
    this.tabs = new Tabs(name, locks, others ?? null, (message) => this.#hear(message))
  }

  /** Tells sessions apart; null when that is not known. */
  get id(): string | null {
    const { tokens, csrfToken } = this
    return csrfToken === null ? (tokens?.session ?? null) : sessionOf(csrfToken)
  }

  /** Keeps tokens that the service has given to this page, and hands them on to the other tabs. */
  keep(tokens: Tokens, signedIn: boolean): void {
    this.#take(tokens)
    this.tabs.post({ tokens, signedIn })
  }

  /** Keeps what the query csrfToken has said: null is nobody. */
  learn(csrfToken: string | null): void {
    this.csrfToken = csrfToken
    this.nobody = csrfToken === null
  }

  /** Forgets everything, tells the other tabs unless they have a session of their own, and the application, once. */
  forget(reason: SignedOutReason): void {
    if (this.#isSomebody && reason !== 'SESSION_REPLACED') this.tabs.post({ session: this.id })
    this.#leave(reason)
  }

  get #isSomebody(): boolean {
    return this.id !== null || !this.nobody
  }

  #take(tokens: Tokens): void {
    this.tokens = tokens
    this.csrfToken = tokens.csrfToken
    this.nobody = false
    this.version += 1
  }

  #leave(reason: SignedOutReason): void {
    const wasSomebody = this.#isSomebody
    this.tokens = null
    this.csrfToken = null
    this.nobody = true
    this.version += 1
    if (wasSomebody) this.#options.onSignedOut?.(reason)
  }

  #hear(message: TabMessage): void {
    const { id, nobody } = this
    if ('session' in message) {
      if (id === null || id === message.session) this.#leave('SIGNED_OUT_ELSEWHERE')
      return
    }
    const { tokens, signedIn } = message
    // Of another session they are none of ours, and once signed out they are late.
    if (!signedIn && (nobody || (id !== null && id !== tokens.session))) return
    this.#take(tokens)
    if (signedIn) this.#options.onSignedIn?.()
  }
}
