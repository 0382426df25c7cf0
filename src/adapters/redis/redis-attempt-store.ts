import type { Redis } from 'ioredis'
import { delaysFromFailure, firstDelayMs, maxDelayMs } from '../../domain/attempts/attempt-policy.ts'
import {
  type AttemptStore,
  type DistinctCount,
  distinctWindowMs,
  type LockOutRules,
  type Reservation,
} from '../../domain/attempts/attempt-store.ts'
import { defineAttemptScripts } from './attempt-scripts.ts'
import { inTime } from './in-time.ts'
import { settled } from './redis-client.ts'

/** How long the first calls wait for the connection to open. */
const openingMs = 100

/** Failed attempts in Redis, shared by all processes. Rejects if Redis does not respond; the failover handles that. */
export class RedisAttemptStore implements AttemptStore {
  readonly #redis: Redis
  #opening: Promise<void> | null

  constructor(redis: Redis) {
    this.#redis = redis
    defineAttemptScripts(redis)
    this.#opening = settled(redis, openingMs).then(() => {
      this.#opening = null
    })
  }

  async reserve(key: string, rules: LockOutRules): Promise<Reservation> {
    await this.#opening
    const { failures, windowSeconds, lockSeconds, delaysFromFailure: from = delaysFromFailure } = rules
    const spans = [windowSeconds * 1000, lockSeconds * 1000]
    const delays = [from, firstDelayMs, maxDelayMs]
    return readReservation(
      await inTime(this.#redis.reserveAttempt(attemptKey(key), failures, ...spans, ...delays)),
    )
  }

  async release(key: string, { failures, windowSeconds }: LockOutRules): Promise<void> {
    await inTime(this.#redis.releaseAttempt(attemptKey(key), failures, windowSeconds * 1000))
  }

  async clear(key: string): Promise<void> {
    await inTime(this.#redis.del(attemptKey(key)))
  }

  async countDistinct(key: string, member: string): Promise<DistinctCount> {
    await this.#opening
    const reply = await inTime(this.#redis.countDistinct(distinctKey(key), member, distinctWindowMs))
    const [count, added] = Array.isArray(reply) ? reply : []
    return { count: Number(count), added: added === 1 }
  }

  async peekDistinct(key: string): Promise<number> {
    await this.#opening
    return inTime(this.#redis.pfcount(distinctKey(key)))
  }
}

function attemptKey(key: string): string {
  return `gatehouse:attempts:${key}`
}

function distinctKey(key: string): string {
  return `gatehouse:distinct:${key}`
}

/** @throws if the reply is not one of the script */
function readReservation(reply: unknown): Reservation {
  const [kind, before, retryAfterMs, unlocksAtMs] = Array.isArray(reply) ? reply : []
  if (kind === 'LOCKED') return { kind, unlocksAt: new Date(Number(unlocksAtMs)) }
  const failures = Number(before)
  const unlocksAt = unlocksAtMs === 0 ? null : new Date(Number(unlocksAtMs))
  if (kind === 'ADMITTED') return { kind, failures, unlocksAt }
  if (kind === 'DELAYED') return { kind, failures, retryAfterMs: Number(retryAfterMs), unlocksAt }
  throw new Error('The reply of Redis to a reservation is malformed.')
}
