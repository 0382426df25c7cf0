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

/** A pool with a bounded queue: if the database is slow, further callers are refused instead of accumulating. */
export class BoundedPool extends Pool {
  readonly #maxWaiting: number

  constructor(config: PoolConfig, maxWaiting: number) {
    super(config)
    this.#maxWaiting = maxWaiting
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
}
