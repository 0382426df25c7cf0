import type { Callback, Result } from 'ioredis'
import type { RedisConnection } from './redis-client.ts'

declare module 'ioredis' {
  interface RedisCommander<Context> {
    reserveAttempt(key: string, attempt: string, ...rules: number[]): Result<unknown, Context>
    failAttempt(key: string, attempt: string, ...rules: number[]): Result<unknown, Context>
    releaseAttempt(key: string, attempt: string): Result<unknown, Context>
    countDistinct(
      key: string,
      member: string,
      windowMs: number,
      callback?: Callback,
    ): Result<unknown, Context>
  }
}

/**
 * A key is either a string, the time when its lock ends, or a hash of attempts: the time of a failure, or the negative
 * time at which a comparison began. A lock replaces the attempts that caused it, and expires by itself. The clock is that of
 * Redis, which all processes share. The rules are those of attempt-policy.ts.
 */
const shared = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local max, window, lock, maxComparison = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local function format(ms) return string.format('%.0f', ms) end
local function lockedUntil()
  if redis.call('TYPE', KEYS[1]).ok == 'string' then return tonumber(redis.call('GET', KEYS[1])) end
  return nil
end
local function count()
  local failures, comparing, latest = 0, 0, 0
  local attempts = redis.call('HGETALL', KEYS[1])
  for i = 1, #attempts, 2 do
    local at = tonumber(attempts[i + 1])
    if at < 0 and -at > now - maxComparison then
      comparing = comparing + 1
    elseif math.abs(at) > now - window then
      failures, latest = failures + 1, math.max(latest, math.abs(at))
    else
      redis.call('HDEL', KEYS[1], attempts[i])
    end
  end
  return failures, comparing, latest
end
local function beginLock()
  redis.call('SET', KEYS[1], format(now + lock), 'PX', lock)
  return now + lock
end
local function store(at)
  redis.call('HSET', KEYS[1], ARGV[1], format(at))
  redis.call('PEXPIRE', KEYS[1], math.max(window, maxComparison))
end`

/** Implements the same rule as judgeAttempt. */
const reserve = `${shared}
local function delayAfter(failures)
  if failures < tonumber(ARGV[6]) then return 0 end
  return math.min(tonumber(ARGV[7]) * 2 ^ (failures - tonumber(ARGV[6])), tonumber(ARGV[8]))
end
local locked = lockedUntil()
if locked then return {'LOCKED', 0, locked} end
local failures, comparing, latest = count()
if failures >= max then return {'LOCKED', failures, beginLock()} end
if failures > 0 and now < latest + delayAfter(failures) then return {'DELAYED', failures, delayAfter(failures + 1)} end
local possible = failures + comparing
if comparing > 0 and (possible >= max or delayAfter(possible) > 0) then return {'BUSY', failures, 0} end
store(-now)
return {'ADMITTED', failures, 0}`

const fail = `${shared}
local locked = lockedUntil()
if locked then return {0, locked, 0} end
local at = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '-1')
if at < 0 then store(now) end
local failures = count()
if failures >= max then return {failures, beginLock(), 1} end
return {failures, 0, 0}`

const release = `
if redis.call('TYPE', KEYS[1]).ok == 'hash' then redis.call('HDEL', KEYS[1], ARGV[1]) end
return 0`

/** A HyperLogLog of at most 12 KB, exact for counts in the tens, the range of the thresholds. */
const distinct = `
local added = redis.call('PFADD', KEYS[1], ARGV[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return {redis.call('PFCOUNT', KEYS[1]), added}`

/** Defines the commands for attempts on the connection. Each is one atomic script. */
export function defineAttemptScripts(redis: RedisConnection): void {
  redis.defineCommand('reserveAttempt', { numberOfKeys: 1, lua: reserve })
  redis.defineCommand('failAttempt', { numberOfKeys: 1, lua: fail })
  redis.defineCommand('releaseAttempt', { numberOfKeys: 1, lua: release })
  redis.defineCommand('countDistinct', { numberOfKeys: 1, lua: distinct })
}
