import type { Tokens } from './answer.ts'
import { isObject } from './unavailable.ts'

/** The part of the Web Locks API that is used: `navigator.locks`. */
export interface Locks {
  request<T>(name: string, options: { signal: AbortSignal }, work: () => Promise<T>): Promise<T>
  request<T>(
    name: string,
    options: { ifAvailable: true },
    work: (lock: object | null) => Promise<T>,
  ): Promise<T>
}

/** The part of BroadcastChannel that is used. It reaches pages of the same origin only. */
export interface Channel {
  postMessage(message: unknown): void
  onmessage: ((event: MessageEvent) => void) | null
  close(): void
}

/** What tabs tell each other. */
export type TabMessage =
  | { readonly type: 'tokens'; readonly tokens: Tokens; readonly signedIn: boolean }
  | { readonly type: 'signedOut'; readonly session: string | null }
  /** Sent by a tab that has just been loaded and has no tokens. */
  | { readonly type: 'wanted' }

/** Whoever can post here runs in a page of this origin: what has the right name has the right form. */
function isTabMessage(data: unknown): data is TabMessage {
  return isObject(data) && 'type' in data
}

const LONGEST_WAIT_MS = 15_000

/** The other tabs of the same application. Without Web Locks or BroadcastChannel, each tab is the only one. */
export class Tabs {
  readonly #name: string
  readonly #locks: Locks | null
  readonly #channel: Channel | null
  #wake: (() => void) | null = null

  constructor(
    name: string,
    locks: Locks | null,
    channel: Channel | null,
    hear: (message: TabMessage) => void,
  ) {
    this.#name = name
    this.#locks = locks
    this.#channel = channel
    if (channel === null) return
    channel.onmessage = ({ data }) => {
      if (!isTabMessage(data)) return
      hear(data)
      if (data.type !== 'wanted') this.#wake?.()
    }
  }

  post(message: TabMessage): void {
    this.#channel?.postMessage(message)
  }

  /** Waits until another tab has told what it has, 100 ms at most. */
  hearSomething(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
      setTimeout(resolve, this.#channel === null ? 0 : 100)
    })
  }

  /**
   * Runs the work while no other tab runs its own. Whoever had to wait is told so: the other one has refreshed, and its
   * message may be on its way still. A tab that does not give the lock back is not waited for: two refreshes at once
   * get the same successor, so that the lock saves requests and nothing depends on it.
   */
  async alone<T>(work: (waited: boolean) => Promise<T>): Promise<T> {
    const locks = this.#locks
    if (locks === null) return work(false)
    const got = await locks.request(this.#name, { ifAvailable: true }, async (lock) =>
      lock === null ? null : { result: await work(false) },
    )
    return got === null ? this.#queue(locks, work) : got.result
  }

  async #queue<T>(locks: Locks, work: (waited: boolean) => Promise<T>): Promise<T> {
    let began = false
    const begin = () => {
      began = true
      return work(true)
    }
    try {
      return await locks.request(this.#name, { signal: AbortSignal.timeout(LONGEST_WAIT_MS) }, begin)
    } catch (error) {
      if (began) throw error
      return work(true)
    }
  }

  close(): void {
    this.#channel?.close()
  }
}
