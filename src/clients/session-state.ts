import type { Answer } from './answer.ts'
import type { AuthClient } from './auth-client.ts'
import type { UserFieldsFragment } from './generated/graphql.ts'
import { type GatehouseUnavailable, unavailableFrom } from './unavailable.ts'

/** The signed-in user: the fields of `me` in `gatehouse-client/documents`. */
export type CurrentUser = UserFieldsFragment

/** Whether the page has a session. `unavailable`: the service could not be asked, so it is not known. */
export type AuthStatus = 'loading' | 'signed-in' | 'signed-out' | 'unavailable'

/** What a page knows about its session and its user. It is replaced, never changed. */
export interface AuthState {
  readonly status: AuthStatus
  /** The user; null unless the status is `signed-in`. */
  readonly user: CurrentUser | null
  /** Why the last query failed; null if it did not. A user that is known stays signed in. */
  readonly error: GatehouseUnavailable | null
  /** Identifies the session of the user; null without one. Not a secret. */
  readonly sessionId: string | null
}

/** The state before anything is known, and of every page that a server renders. */
export const loadingState: AuthState = { status: 'loading', user: null, error: null, sessionId: null }
const signedOutState: AuthState = { ...loadingState, status: 'signed-out' }

/** The same fields as MeDocument, which is not used here because it would have to be printed. */
export const meQuery = `query Me { me { __typename id username displayName email emailVerified firstName lastName locale phoneNumber phoneVerified tenant role roles permissions metadata preferences twoFactorEnabled active locked lockedUntil createdAt updatedAt lastLoginAt loginCount } }`

/**
 * The session of a client as an external store of React. It restores the session and queries the user when the first
 * listener subscribes, so a server that only renders sends nothing.
 */
export class SessionState {
  readonly #client: AuthClient
  readonly #listeners = new Set<() => void>()
  #current = loadingState
  #loading: Promise<void> | null = null

  constructor(client: AuthClient) {
    this.#client = client
  }

  readonly get = (): AuthState => this.#current

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) this.#start()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#client.listeners.delete(this.#onChange)
    }
  }

  /** Restores the session and queries the user, once at a time. Never rejects: a failure is in the state. */
  readonly reload = (): Promise<void> => {
    this.#loading ??= this.#load()
    return this.#loading
  }

  #start(): void {
    this.#client.listeners.add(this.#onChange)
    if (this.#current.status === 'loading') void this.reload()
    else if (this.#current.sessionId !== sessionIdOf(this.#client)) this.#onChange()
  }

  async #load(): Promise<void> {
    let [sessionId, next] = await this.#read()
    // The session can change while the user is queried. Then the answer concerns another user.
    while (sessionId !== sessionIdOf(this.#client)) [sessionId, next] = await this.#read()
    this.#loading = null
    this.#set(next)
  }

  /** The state, and the session that it is about. */
  async #read(): Promise<readonly [string | null, AuthState]> {
    const client = this.#client
    let sessionId: string | null = null
    try {
      await client.restore()
      sessionId = sessionIdOf(client)
      if (sessionId === null) return [null, signedOutState]
      const answer: Answer<{ readonly me?: CurrentUser | null }> = await client.request(meQuery)
      const user = answer.data?.me
      if (!user) throw unavailableFrom(answer)
      return [sessionId, { status: 'signed-in', user, error: null, sessionId }]
    } catch (failure) {
      const error = unavailableFrom(failure)
      sessionId ??= sessionIdOf(client)
      const known = this.#current.user !== null && this.#current.sessionId === sessionId
      return [
        sessionId,
        known ? { ...this.#current, error } : { ...loadingState, status: 'unavailable', error },
      ]
    }
  }

  /**
   * Refreshed tokens change nothing. After a sign-in the page stays as it is until the user is known, unless it shows another
   * user. The client has no session only if that is certain.
   */
  readonly #onChange = (): void => {
    const sessionId = sessionIdOf(this.#client)
    const { user, sessionId: known } = this.#current
    if (sessionId === null) this.#set(signedOutState)
    if (sessionId === null || sessionId === known) return
    if (user !== null) this.#set(loadingState)
    void this.reload()
  }

  #set(next: AuthState): void {
    if (next === this.#current) return
    this.#current = next
    for (const listener of this.#listeners) listener()
  }
}

/** The session that a client has in memory; null if there is none or it is not known yet. */
export function sessionIdOf(client: AuthClient): string | null {
  return client.readCall('').session
}
