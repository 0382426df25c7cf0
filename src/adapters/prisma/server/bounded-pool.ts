import { Pool, type PoolClient, type PoolConfig } from 'pg'

/** Thrown immediately if too many callers already wait for a connection. */
class PoolQueueFull extends Error {
  override readonly name = 'PoolQueueFull'

  constructor(waiting: number) {
    super(`Too many callers wait for a database connection: ${waiting}.`)
  }
}

type OnConnected = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (release?: boolean | Error) => void,
) => void

/** Delay before missing connections are opened, so that a database that refuses them is not flooded. */
const refillDelayMs = 1_000

/**
 * A pool with a bounded queue: if the database is slow, further callers are refused instead of accumulating. After the first
 * use it keeps `min` connections open, and replaces lost ones.
 */
export class BoundedPool extends Pool {
  readonly #maxWaiting: number
  readonly #min: number
  #refill: NodeJS.Timeout | null = null

  constructor(config: PoolConfig, maxWaiting: number) {
    super(config)
    this.#maxWaiting = maxWaiting
    this.#min = config.min ?? 0
    if (this.#min === 0) return
    this.once('connect', () => this.#refillLater())
    this.on('remove', () => this.#refillLater())
  }

  override connect(): Promise<PoolClient>
  override connect(callback: OnConnected): void
  override connect(callback?: OnConnected): Promise<PoolClient> | undefined {
    const refusal = this.waitingCount >= this.#maxWaiting ? new PoolQueueFull(this.waitingCount) : null
    if (callback === undefined) return refusal === null ? super.connect() : Promise.reject(refusal)
    if (refusal === null) super.connect(callback)
    else callback(refusal, undefined, () => {})
    return undefined
  }

  #refillLater(): void {
    if (this.#refill !== null || this.ending) return
    this.#refill = setTimeout(() => {
      this.#refill = null
      void this.#openMissing()
    }, refillDelayMs)
    this.#refill.unref()
  }

  /** Holds idle connections together with new ones, because a call for a connection prefers an idle one. */
  async #openMissing(): Promise<void> {
    if (this.ending || this.totalCount >= this.#min) return
    const busy = this.totalCount - this.idleCount
    const calls = Array.from({ length: this.#min - busy }, () => super.connect())
    const results = await Promise.allSettled(calls)
    for (const result of results) if (result.status === 'fulfilled') result.value.release()
    if (results.some(({ status }) => status === 'rejected')) this.#refillLater()
  }
}
