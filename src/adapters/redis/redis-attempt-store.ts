import {
  delaysFromFailure,
  firstDelayMs,
  maxComparisonMs,
  maxDelayMs,
} from '../../domain/attempts/attempt-policy.ts'
import {
  type Attempt,
  type AttemptStore,
  type DistinctCount,
  distinctWindowMs,
  type Failure,
  type LockOutRules,
  type Reservation,
} from '../../domain/attempts/attempt-store.ts'
import { defineAttemptScripts } from './attempt-scripts.ts'
import { inTime } from './in-time.ts'
import type { RedisConnection } from './redis-client.ts'
import { settled } from './redis-client.ts'
import { keyPrefixes } from './redis-names.ts'

/**
 * Failed attempts in Redis, shared by all processes. Rejects if Redis does not respond in time; the failover handles that.
 * The first calls wait as long for the connection to open.
 */
export class RedisAttemptStore implements AttemptStore {
  readonly #redis: RedisConnection
  readonly #timeoutMs: number
  #opening: Promise<void> | null

  constructor(redis: RedisConnection, timeoutMs: number) {
    this.#redis = redis
    this.#timeoutMs = timeoutMs
    defineAttemptScripts(redis)
    this.#opening = settled(redis, timeoutMs).then(() => {
      this.#opening = null
    })
  }

  async reserve({ key, attempt }: Attempt, rules: LockOutRules): Promise<Reservation> {
    await this.#opening
    const { delaysFromFailure: from = delaysFromFailure } = rules
    const delays = [from, firstDelayMs, maxDelayMs]
    return readReservation(
      await inTime(
        this.#timeoutMs,
        this.#redis.reserveAttempt(attemptKey(key), attempt, ...spansOf(rules), ...delays),
      ),
    )
  }

  async fail({ key, attempt }: Attempt, rules: LockOutRules): Promise<Failure> {
    await this.#opening
    return readFailure(
      await inTime(this.#timeoutMs, this.#redis.failAttempt(attemptKey(key), attempt, ...spansOf(rules))),
    )
  }

  async release({ key, attempt }: Attempt): Promise<void> {
    await inTime(this.#timeoutMs, this.#redis.releaseAttempt(attemptKey(key), attempt))
  }

  async clear(key: string): Promise<void> {
    await inTime(this.#timeoutMs, this.#redis.del(attemptKey(key)))
  }

  async countDistinct(key: string, member: string): Promise<DistinctCount> {
    await this.#opening
    const reply = await inTime(
      this.#timeoutMs,
      this.#redis.countDistinct(distinctKey(key), member, distinctWindowMs),
    )
    const [count, added] = Array.isArray(reply) ? reply : []
    return { count: Number(count), added: added === 1 }
  }

  async peekDistinct(key: string): Promise<number> {
    await this.#opening
    return inTime(this.#timeoutMs, this.#redis.pfcount(distinctKey(key)))
  }
}

/** The first arguments of the scripts. */
function spansOf({ failures, windowSeconds, lockSeconds }: LockOutRules): readonly number[] {
  return [failures, windowSeconds * 1000, lockSeconds * 1000, maxComparisonMs]
}

function attemptKey(key: string): string {
  return `${keyPrefixes.failures}${key}`
}

function distinctKey(key: string): string {
  return `${keyPrefixes.distinct}${key}`
}

/** @throws if the reply is not one of the script */
function readReservation(reply: unknown): Reservation {
  const [kind, before, ms] = Array.isArray(reply) ? reply : []
  const failures = Number(before)
  if (kind === 'LOCKED') return { kind, unlocksAt: new Date(Number(ms)) }
  if (kind === 'ADMITTED') return { kind, failures }
  if (kind === 'DELAYED') return { kind, failures, retryAfterMs: Number(ms) }
  if (kind === 'BUSY') return { kind }
  throw new Error('The reply of Redis to a reservation is malformed.')
}

/** @throws if the reply is not one of the script */
function readFailure(reply: unknown): Failure {
  if (!Array.isArray(reply)) throw new Error('The reply of Redis to a failure is malformed.')
  const [failures, unlocksAtMs, began] = reply.map(Number)
  const unlocksAt = unlocksAtMs ? new Date(unlocksAtMs) : null
  return { failures: failures ?? 0, unlocksAt, began: began === 1 }
}
