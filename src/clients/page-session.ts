import { sessionOf, type Tokens } from './answer.ts'
import type { AuthClientOptions, SignedOutReason } from './options.ts'
import { type TabMessage, Tabs } from './tabs.ts'

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

  constructor(options: AuthClientOptions) {
    const { url, transport, name = `gatehouse ${transport} ${url}` } = options
    const locks = options.locks === undefined ? (globalThis.navigator?.locks ?? null) : options.locks
    const channel = options.channel === undefined ? openChannel : options.channel
    this.#options = options
    this.tabs = new Tabs(name, locks, channel?.(name) ?? null, (message) => this.#hear(message))
  }

  /** Tells sessions apart; null when that is not known. */
  get id(): string | null {
    if (this.csrfToken !== null) return sessionOf(this.csrfToken)
    return this.tokens?.session ?? null
  }

  /** Keeps tokens that the service has given to this page, and hands them on to the other tabs. */
  keep(tokens: Tokens, signedIn: boolean): void {
    this.#take(tokens)
    this.tabs.post({ type: 'tokens', tokens, signedIn })
  }

  /** Keeps what the query csrfToken has said: null is nobody. */
  learn(csrfToken: string | null): void {
    this.csrfToken = csrfToken
    this.nobody = csrfToken === null
  }

  /** Forgets everything, tells the application once, and the other tabs unless they have a session of their own. */
  forget(reason: SignedOutReason): void {
    const session = this.id
    if (this.#leave(reason) && reason !== 'SESSION_REPLACED') this.tabs.post({ type: 'signedOut', session })
  }

  #take(tokens: Tokens): void {
    this.tokens = tokens
    this.csrfToken = tokens.csrfToken
    this.nobody = false
    this.version += 1
  }

  #leave(reason: SignedOutReason): boolean {
    const wasSomebody = this.id !== null || !this.nobody
    this.tokens = null
    this.csrfToken = null
    this.nobody = true
    this.version += 1
    if (wasSomebody) this.#options.onSignedOut?.(reason)
    return wasSomebody
  }

  #hear(message: TabMessage): void {
    const tokens = this.tokens
    if (message.type === 'tokens') this.#hearTokens(message)
    else if (message.type === 'signedOut') this.#hearSignedOut(message)
    else if (tokens !== null) this.tabs.post({ type: 'tokens', tokens, signedIn: false })
  }

  #hearTokens({ tokens, signedIn }: TabMessage & { type: 'tokens' }): void {
    if (!signedIn && this.id !== null && this.id !== tokens.session) return
    this.#take(tokens)
    if (signedIn) this.#options.onSignedIn?.()
  }

  #hearSignedOut({ session }: TabMessage & { type: 'signedOut' }): void {
    if (this.id === null && this.#options.transport === 'BODY') return
    if (this.id !== null && session !== null && this.id !== session) return
    this.#leave('SIGNED_OUT_ELSEWHERE')
  }
}

function openChannel(name: string) {
  return typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name)
}
