import type { EdgeNonces } from '../../domain/origin/edge-nonces.ts'
import { inTime } from './in-time.ts'
import type { RedisConnection } from './redis-client.ts'
import { keyPrefixes } from './redis-names.ts'

/** One key per nonce, which expires by itself (SET NX PX). Rejects if Redis does not respond in time. */
export class RedisEdgeNonces implements EdgeNonces {
  readonly #redis: RedisConnection
  readonly #timeoutMs: number

  constructor(redis: RedisConnection, timeoutMs: number) {
    this.#redis = redis
    this.#timeoutMs = timeoutMs
  }

  async insert(nonce: string, seconds: number): Promise<boolean> {
    const key = `${keyPrefixes.edgeNonces}${nonce}`
    return (await inTime(this.#timeoutMs, this.#redis.set(key, '1', 'PX', seconds * 1000, 'NX'))) === 'OK'
  }
}
