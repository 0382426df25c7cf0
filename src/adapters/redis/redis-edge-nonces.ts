import type { Redis } from 'ioredis'
import type { EdgeNonces } from '../../domain/origin/edge-nonces.ts'
import { inTime } from './in-time.ts'

/** One key per nonce, which expires by itself (SET NX PX). Rejects if Redis does not respond in time. */
export class RedisEdgeNonces implements EdgeNonces {
  readonly #redis: Redis
  readonly #timeoutMs: number

  constructor(redis: Redis, timeoutMs: number) {
    this.#redis = redis
    this.#timeoutMs = timeoutMs
  }

  async insert(nonce: string, seconds: number): Promise<boolean> {
    const key = `gatehouse:edge:${nonce}`
    return (await inTime(this.#timeoutMs, this.#redis.set(key, '1', 'PX', seconds * 1000, 'NX'))) === 'OK'
  }
}
