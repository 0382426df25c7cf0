import { type ClientBase, Pool, type PoolClient, type PoolConfig } from 'pg'
import { PostgresClient, ReadOnlyDatabase } from './postgres-client.ts'

/** Thrown if a caller has waited too long for a connection, or immediately if too many callers already wait. */
class PoolQueueFull extends Error {
  override readonly name = 'PoolQueueFull'
}

/** Bounds of the queue for a connection. */
export interface PoolQueueLimits {
  /** Maximum time that a caller waits while all connections are in use. */
  readonly maxWaitMs: number
  /** Maximum number of callers that wait, each of which takes about 10 kB with its request. */
  readonly maxWaiting: number
}

type OnConnected = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (release?: boolean | Error) => void,
) => void

/** Delay before missing connections are opened, so that a database that refuses them is not flooded. */
const refillDelayMs = 1_000
/** Connections are replaced at most this often, so that a server that stays read-only is not flooded. */
const renewalIntervalMs = 1_000

/**
 * A pool with a queue that is bounded by time and by memory: if the database is slow, callers are refused instead of
 * accumulating; a burst that the database can serve is served. After `open` or the first use the pool keeps `min` connections open,
 * and replaces lost ones. Connections to a server that accepts no writes are refused.
 */
export class BoundedPool extends Pool {
  readonly #queue: PoolQueueLimits
  readonly #min: number
  #refill: NodeJS.Timeout | null = null
  readonly #open = new Set<ClientBase>()
  /** Connections that may lead to a server that no longer serves. They are closed instead of used. */
  readonly #stale = new WeakSet<ClientBase>()
  #renewedMs = Number.NEGATIVE_INFINITY

  constructor(config: PoolConfig, queue: PoolQueueLimits) {
    super({ Client: PostgresClient, onConnect: refuseReadOnly, ...config })
    this.#queue = queue
    this.#min = config.min ?? 0
    // The pool listens to idle connections only. An error of one that is lent out fails its statement, and must not end the process
    // if no statement runs.
    this.on('connect', (client) => {
      client.on('error', () => undefined)
      this.#open.add(client)
    })
    this.on('remove', (client) => this.#open.delete(client))
    if (this.#min === 0) return
    this.once('connect', () => this.#refillLater())
    this.on('remove', () => this.#refillLater())
  }

  /** Opens `min` connections, as far as the server grants them. */
  open(): Promise<void> {
    return this.#openMissing()
  }

  /**
   * Replaces every connection before its next use. After a failover, the others lead to the same lost or demoted server as the one that
   * failed, and would fail one after the other.
   */
  renew(): void {
    const nowMs = performance.now()
    if (nowMs - this.#renewedMs < renewalIntervalMs) return
    this.#renewedMs = nowMs
    for (const client of this.#open) this.#stale.add(client)
  }

  override connect(): Promise<PoolClient>
  override connect(callback: OnConnected): void
  override connect(callback?: OnConnected): Promise<PoolClient> | undefined {
    if (callback === undefined)
      return new Promise((resolve, reject) => {
        this.connect((error, client) => (client === undefined ? reject(error) : resolve(client)))
      })
    const isFree = this.idleCount > 0 || this.totalCount < this.options.max
    if (isFree && this.waitingCount === 0) super.connect(this.#skipStale(callback))
    else this.#connectInTurn(this.#skipStale(callback))
    return undefined
  }

  #skipStale(callback: OnConnected): OnConnected {
    return (error, client, done) => {
      if (client === undefined || !this.#stale.has(client)) callback(error, client, done)
      else {
        done(true)
        this.connect(callback)
      }
    }
  }

  #connectInTurn(callback: OnConnected): void {
    const { maxWaitMs, maxWaiting } = this.#queue
    const refuse = (reason: string) => callback(new PoolQueueFull(reason), undefined, () => {})
    if (this.waitingCount >= maxWaiting) {
      refuse(`${maxWaiting} callers wait for a database connection.`)
      return
    }
    let waits = true
    // Time in which this process was busy does not count: connections that are free by then are assigned first.
    const timer = setTimeout(() => setImmediate(giveUp), maxWaitMs)
    function giveUp(): void {
      if (!waits) return
      waits = false
      refuse(`No database connection was free within ${maxWaitMs} ms.`)
    }
    super.connect((error, client, done) => {
      if (!waits) {
        // In a later turn, because the next caller in the queue may have given up as well.
        if (client !== undefined) setImmediate(done)
        return
      }
      waits = false
      clearTimeout(timer)
      callback(error, client, done)
    })
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

function refuseReadOnly(client: ClientBase): void {
  if (client instanceof PostgresClient && client.isReadOnly) throw new ReadOnlyDatabase()
}
