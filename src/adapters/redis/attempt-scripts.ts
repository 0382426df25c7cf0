import type { Callback, Redis, Result } from 'ioredis'

declare module 'ioredis' {
  interface RedisCommander<Context> {
    reserveAttempt(key: string, ...rules: number[]): Result<unknown, Context>
    releaseAttempt(key: string, ...rules: number[]): Result<unknown, Context>
    countDistinct(
      key: string,
      member: string,
      windowMs: number,
      callback?: Callback,
    ): Result<unknown, Context>
  }
}

/** Uses the clock of Redis, which all processes share. */
const now = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function format(ms) return string.format('%.0f', ms) end`

/**
 * Implements the same rule as judgeAttempt. A key is either a list of the times of failures, oldest first, or a string: the
 * time when its lock ends. A lock replaces the failures that caused it, and expires by itself.
 */
const reserve = `${now}
local failures, window, lock = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local function delayAfter(count)
  if count < tonumber(ARGV[4]) then return 0 end
  return math.min(tonumber(ARGV[5]) * 2 ^ (count - tonumber(ARGV[4])), tonumber(ARGV[6]))
end
if redis.call('TYPE', KEYS[1]).ok == 'string' then
  return {'LOCKED', 0, 0, tonumber(redis.call('GET', KEYS[1]))}
end
local oldest = redis.call('LINDEX', KEYS[1], 0)
while oldest and tonumber(oldest) <= now - window do
  redis.call('LPOP', KEYS[1])
  oldest = redis.call('LINDEX', KEYS[1], 0)
end
local before = redis.call('LLEN', KEYS[1])
local latest = redis.call('LINDEX', KEYS[1], -1)
local kind, retryAfter, unlocksAt = 'ADMITTED', 0, 0
if latest and now < tonumber(latest) + delayAfter(before) then
  kind, retryAfter = 'DELAYED', delayAfter(before + 1)
end
if before + 1 >= failures then
  unlocksAt = now + lock
  redis.call('SET', KEYS[1], format(unlocksAt), 'PX', lock)
else
  redis.call('RPUSH', KEYS[1], format(now))
  redis.call('PEXPIRE', KEYS[1], window)
end
return {kind, before, retryAfter, unlocksAt}`

const release = `${now}
if redis.call('TYPE', KEYS[1]).ok ~= 'string' then return redis.call('RPOP', KEYS[1]) end
redis.call('DEL', KEYS[1])
for _ = 2, tonumber(ARGV[1]) do redis.call('RPUSH', KEYS[1], format(now)) end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`

/** A HyperLogLog of at most 12 KB, exact for counts in the tens, the range of the thresholds. */
const distinct = `
local added = redis.call('PFADD', KEYS[1], ARGV[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return {redis.call('PFCOUNT', KEYS[1]), added}`

/** Defines the commands for attempts on the connection. Each is one atomic script. */
export function defineAttemptScripts(redis: Redis): void {
  redis.defineCommand('reserveAttempt', { numberOfKeys: 1, lua: reserve })
  redis.defineCommand('releaseAttempt', { numberOfKeys: 1, lua: release })
  redis.defineCommand('countDistinct', { numberOfKeys: 1, lua: distinct })
}
