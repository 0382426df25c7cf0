import { Pool, type PoolClient, type PoolConfig } from 'pg'

/** Too many callers wait for a connection already. Thrown at once, without waiting. */
class PoolQueueFull extends Error {
  override readonly name = 'PoolQueueFull'

  constructor(waiting: number) {
    super(`${waiting} callers already wait for a database connection`)
  }
}

type OnConnected = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (release?: boolean | Error) => void,
) => void

/** A pool with a bound on its queue: a slow database is answered by refusals, not by a heap of waiters. */
export class BoundedPool extends Pool {
  readonly #queueLimit: number

  constructor(config: PoolConfig, queueLimit: number) {
    super(config)
    this.#queueLimit = queueLimit
  }

  override connect(): Promise<PoolClient>
  override connect(callback: OnConnected): void
  override connect(callback?: OnConnected): Promise<PoolClient> | undefined {
    const full = this.waitingCount >= this.#queueLimit ? new PoolQueueFull(this.waitingCount) : null
    if (callback === undefined) return full === null ? super.connect() : Promise.reject(full)
    if (full === null) super.connect(callback)
    else callback(full, undefined, () => {})
    return undefined
  }
}
