import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { print } from 'graphql'
import {
  type Answer,
  type AuthClient,
  createAuthClient,
  type SignedOutReason,
  type Transport,
  toUnavailable,
} from '../clients/client.ts'
import { keepsHostCookies } from './host-cookies.ts'
import { navigate } from './router.tsx'
import { createStore, type Store } from './store.ts'

/** What the page knows about the session. UNREACHABLE: the service could not be reached; the session is kept. */
export type SessionState =
  | { readonly status: 'UNKNOWN' | 'LOADING' | 'SIGNED_IN' | 'UNREACHABLE' }
  | { readonly status: 'SIGNED_OUT'; readonly reason: SignedOutReason | null }

/** The session of this page, and the way to call the API. */
export class Session {
  readonly auth: AuthClient
  readonly state: Store<SessionState> = createStore<SessionState>({ status: 'UNKNOWN' })
  /** While the user signs out: why the session has ended, null if it has not. */
  #leaving: { reason: SignedOutReason | null } | null = null

  constructor(endpoint: string, transport: Transport) {
    this.auth = createAuthClient({
      url: endpoint,
      transport,
      onSignedOut: (reason) => this.#end(reason),
      // Another user may have signed in in another tab: nothing of the previous one stays visible.
      onSignedIn: () => location.reload(),
    })
  }

  /** Finds out whether there is a session. Later calls do nothing. */
  async restore(): Promise<void> {
    const { status } = this.state.get()
    if (status !== 'UNKNOWN' && status !== 'UNREACHABLE') return
    this.state.set({ status: 'LOADING' })
    try {
      const restored = await this.auth.restore()
      this.state.set(restored ? { status: 'SIGNED_IN' } : { status: 'SIGNED_OUT', reason: null })
    } catch {
      this.state.set({ status: 'UNREACHABLE' })
    }
  }

  /** Call it after `login` or `register` succeeded. */
  signedIn(): void {
    this.state.set({ status: 'SIGNED_IN' })
  }

  /**
   * Ends the session, and leads to the page /sign-in before the state changes. Otherwise a form to sign in would take the place of
   * the account for a moment, and a sign-in that begins there would lead nowhere.
   * @throws GatehouseUnavailable
   */
  async signOut(): Promise<void> {
    const leaving: { reason: SignedOutReason | null } = { reason: null }
    this.#leaving = leaving
    try {
      await this.auth.signOut()
      leaving.reason = 'SIGNED_OUT'
      navigate('sign-in')
    } finally {
      this.#leaving = null
      if (leaving.reason !== null) this.#end(leaving.reason)
    }
  }

  #end(reason: SignedOutReason): void {
    if (this.#leaving === null) this.state.set({ status: 'SIGNED_OUT', reason })
    else this.#leaving.reason = reason
  }

  /**
   * Sends an operation. Problems are part of the result.
   * @throws GatehouseUnavailable, or an error for a response with errors or without data
   */
  async send<Data, Variables extends object>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data> {
    const answer: Answer<Data> = await this.auth.request<Data>(print(document), variables)
    const [error] = answer.errors ?? []
    if (error === undefined && answer.data) return answer.data
    throw toUnavailable(answer) ?? new Error(error?.message ?? 'No data.')
  }
}

/** COOKIE, unless the browser does not keep the cookies: then tokens stay in memory until the page is closed. */
export function openSession(page: Document): Session {
  const inMemory = location.protocol === 'http:' && !keepsHostCookies(page)
  if (inMemory)
    console.info(
      'This browser keeps no __Host- cookies on http. The session stays in memory and ends when this page is reloaded.',
    )
  return new Session(new URL('graphql', location.href).href, inMemory ? 'BODY' : 'COOKIE')
}
