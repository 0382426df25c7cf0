import type { Tokens } from './answer.ts'

/** The part of the Web Locks API that is used: `navigator.locks`. */
export interface Locks {
  request<T>(name: string, options: LockOptions, work: (lock: object | null) => Promise<T>): Promise<T>
}

/** Waits until the signal aborts, or not at all. */
export type LockOptions = { readonly signal: AbortSignal } | { readonly ifAvailable: true }

/** The part of BroadcastChannel that is used. It reaches pages of the same origin only. */
export interface Channel {
  postMessage(message: unknown): void
  onmessage: ((event: MessageEvent) => void) | null
  close(): void
}

/** What tabs tell each other. */
export type TabMessage =
  | { readonly tokens: Tokens; readonly signedIn: boolean }
  /** Which session has been signed out; null when the page did not know. */
  | { readonly session: string | null }

/** Longer than this no tab is waited for. */
export const maxTurnMs = 15_000

/** Where there are no locks, everybody has one. */
const noLocks: Locks = { request: (_name, _options, work) => work({}) }

/** The other tabs of the same application. Without Web Locks or BroadcastChannel, each tab is the only one. */
export class Tabs {
  readonly #name: string
  readonly #locks: Locks
  #channel: Channel | null

  constructor(
    name: string,
    locks: Locks | null | undefined,
    channel: Channel | null,
    hear: (message: TabMessage) => void,
  ) {
    this.#name = name
    this.#locks = locks ?? noLocks
    this.#channel = channel
    // Whoever can post here runs in a page of this origin, and can do what this page can.
    if (channel !== null) channel.onmessage = ({ data }) => hear(data)
  }

  post(message: TabMessage): void {
    this.#channel?.postMessage(message)
  }

  /**
   * Runs the work while no other tab runs its own. Whoever had to wait is told so: the other one may have refreshed, and
   * its message be on its way still. A tab that does not give the lock back is not waited for, and where no locks are
   * given, each tab works for itself: two refreshes at once get the same successor.
   */
  async alone<T>(work: (waited: boolean) => Promise<T>): Promise<T> {
    const held =
      (await this.#hold({ ifAvailable: true }, () => work(false))) ??
      (await this.#hold({ signal: AbortSignal.timeout(maxTurnMs) }, () => work(true)))
    return held === null ? work(true) : held.result
  }

  /** Begins the work under the lock; null when it was not given. */
  #hold<T>(options: LockOptions, work: () => Promise<T>): Promise<{ readonly result: Promise<T> } | null> {
    return new Promise((resolve) => {
      const none = () => resolve(null)
      const begin = async (lock: object | null) => {
        if (lock === null) return none()
        const result = work()
        resolve({ result })
        await result.catch(none)
      }
      this.#locks.request(this.#name, options, begin).catch(none)
    })
  }

  close(): void {
    this.#channel?.close()
    this.#channel = null
  }
}

/** null where there are none, or where a page may not have one. */
export function openChannel(name: string): Channel | null {
  try {
    return new BroadcastChannel(name)
  } catch {
    return null
  }
}
