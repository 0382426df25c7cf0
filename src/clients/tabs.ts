import type { Tokens } from './answer.ts'

/** The part of the Web Locks API that is used: `navigator.locks`. */
export interface Locks {
  request<T>(name: string, options: LockOptions, work: (lock: object | null) => Promise<T>): Promise<T>
}

/** Waits until the signal aborts, or does not wait at all. */
export type LockOptions = { readonly signal: AbortSignal } | { readonly ifAvailable: true }

/** The part of BroadcastChannel that is used. It reaches only pages of the same origin. */
export interface Channel {
  postMessage(message: unknown): void
  onmessage: ((event: MessageEvent) => void) | null
  close(): void
}

/** A message between tabs. */
export type TabMessage =
  | { readonly tokens: Tokens; readonly signedIn: boolean }
  /** The session that was signed out; null if the page did not know it. */
  | { readonly session: string | null }

/** Maximum time to wait for the lock of another tab. */
export const maxLockMs = 15_000

/** The other tabs of the same application. Without Web Locks or BroadcastChannel, each tab works alone. */
export class Tabs {
  readonly #name: string
  readonly #locks: Locks | null | undefined
  #channel: Channel | null | undefined
  /** The end of the latest work of this page, if there are no locks. */
  #latest: Promise<unknown> | null = null
  /** Whether this page holds the lock. */
  #holds = false

  constructor(
    name: string,
    locks: Locks | null | undefined,
    channel: Channel | null | undefined,
    onMessage: (message: TabMessage) => void,
  ) {
    this.#name = name
    this.#locks = locks
    this.#channel = channel
    // Messages are trusted: only pages of this origin can post here, and they can do whatever this page can.
    if (channel) channel.onmessage = ({ data }) => onMessage(data)
  }

  post(message: TabMessage): void {
    this.#channel?.postMessage(message)
  }

  /**
   * Runs the work while no other tab runs its own. `waited` is true if another tab held the lock and there is a
   * channel: that tab may have refreshed, and its message may still be on the way. If a tab does not release the lock
   * in time, or the browser grants no locks, the work runs without it: two simultaneous refreshes receive the same new
   * tokens. Without Web Locks, only the work of this page waits.
   */
  async runExclusive<T>(work: (waited: boolean) => Promise<T>): Promise<T> {
    const locks = this.#locks
    if (!locks) return this.#runInTurn(work)
    const waited = !this.#holds && Boolean(this.#channel)
    const started =
      (await this.#startUnderLock(locks, work, null)) ?? (await this.#startUnderLock(locks, work, waited))
    return started ? started.result : work(true)
  }

  /** Runs the work after all that this page has begun before, or after the maximum time from now. */
  async #runInTurn<T>(work: (waited: boolean) => Promise<T>): Promise<T> {
    const result = Promise.resolve(this.#latest).then(() => work(false))
    const expiry = new Promise((resolve) => {
      AbortSignal.timeout(maxLockMs).onabort = resolve
    })
    this.#latest = Promise.race([result, expiry]).catch(() => undefined)
    return result
  }

  /**
   * Starts the work under the lock; null if the lock was not granted in time.
   * @param waited Passed to the work, which starts after a wait for the lock; null: the lock must be free at once.
   */
  #startUnderLock<T>(
    locks: Locks,
    work: (waited: boolean) => Promise<T>,
    waited: boolean | null,
  ): Promise<{ readonly result: Promise<T> } | null> {
    return new Promise((resolve) => {
      const options: LockOptions =
        waited === null ? { ifAvailable: true } : { signal: AbortSignal.timeout(maxLockMs) }
      const notGranted = () => resolve(null)
      const start = async (lock: object | null) => {
        if (lock === null) return notGranted()
        this.#holds = true
        const result = work(waited === true)
        resolve({ result })
        await result.catch(notGranted)
        this.#holds = false
      }
      locks.request(this.#name, options, start).catch(notGranted)
    })
  }

  close(): void {
    this.#channel?.close()
    this.#channel = null
  }
}

/**
 * Opens a channel between the tabs. There is none if the browser has no BroadcastChannel or refuses one to this page, or on a
 * server that renders pages: it has no location, and its channel would pass the tokens of one visitor to the next.
 */
export function openChannel(name: string): Channel | null | undefined {
  try {
    return globalThis.location && new BroadcastChannel(name)
  } catch {
    return null
  }
}
