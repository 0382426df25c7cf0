import type { Redis } from 'ioredis'

/** A sliding window of two buckets, as one script: the previous one counts by the share that is still in the window. */
const lua = `
local time = redis.call('TIME')
local window = tonumber(ARGV[1])
local bucket = math.floor(time[1] / window)
local share = (time[1] % window) / window
local current = redis.call('HINCRBY', KEYS[1], bucket, 1)
local previous = tonumber(redis.call('HGET', KEYS[1], bucket - 1) or '0')
if current == 1 then redis.call('EXPIRE', KEYS[1], window * 2) end
return math.floor(current + previous * (1 - share))`

const maxCalls = 1_000_000
const windowSeconds = 60

/** Counts one call. @throws if there are too many */
export type CountCall = (key: string) => Promise<void>

export async function createWindow(redis: Redis): Promise<CountCall> {
  const digest = String(await redis.script('LOAD', lua))
  return async (key) => {
    const calls = await redis.evalsha(digest, 1, `bench:limits:${key}`, windowSeconds)
    if (Number(calls) > maxCalls) throw new Error('Too many calls.')
  }
}
