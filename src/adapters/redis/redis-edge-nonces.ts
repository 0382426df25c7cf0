import type { Redis } from 'ioredis'
import type { EdgeNonces } from '../../domain/origin/edge-nonces.ts'
import { inTime } from './in-time.ts'

/** One key per nonce, which expires by itself (SET NX PX). Rejects within 100 ms if Redis does not respond. */
export class RedisEdgeNonces implements EdgeNonces {
  readonly #redis: Redis

  constructor(redis: Redis) {
    this.#redis = redis
  }

  async insert(nonce: string, seconds: number): Promise<boolean> {
    const key = `gatehouse:edge:${nonce}`
    return (await inTime(this.#redis.set(key, '1', 'PX', seconds * 1000, 'NX'))) === 'OK'
  }
}
