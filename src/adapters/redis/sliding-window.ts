import type { Redis } from 'ioredis'
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { Budget, ChargedName } from '../../domain/rate-limits/limits.ts'

/**
 * Reads a log of calls and drops the entries that have left the window. A log is a packed list: the time when its
 * newest entry began, then for each entry the time of its latest call, rounded up, and its number of calls. If the
 * clock of the server was set back, the log continues with its latest time. Times are milliseconds of the server clock.
 */
const readLog = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local stamp = time[1] * 1000 + math.ceil(time[2] / 1000)
local window = tonumber(ARGV[2]) * 1000
local packed = redis.call('GET', KEYS[1])
local old = packed and cmsgpack.unpack(packed) or {0}
if #old > 1 and old[#old - 1] > stamp then
  stamp = old[#old - 1]
  now = stamp
end
local log = {old[1]}
local calls = 0
for i = 2, #old, 2 do
  if old[i] + window > now then
    log[#log + 1] = old[i]
    log[#log + 1] = old[i + 1]
    calls = calls + old[i + 1]
  end
end
`

/**
 * The algorithm of the limiter in memory (WindowLogs) as one atomic script: a call joins the newest entry if that began
 * less than a sixteenth of the window ago, otherwise it opens an entry. The arguments are those of
 * rate-limiter-flexible: points, seconds, budget. Returns the number of calls, the milliseconds until a call is
 * admitted, and the milliseconds until all calls have left the window. A refused call is not counted; its number of
 * calls is the budget plus one.
 */
const countLua = `${readLog}
local max = tonumber(ARGV[3])
local admitted = calls < max
if admitted then
  calls = calls + 1
  if #log > 1 and (stamp - log[1]) * 16 < window then
    log[#log - 1] = stamp
    log[#log] = log[#log] + 1
  else
    log[1] = stamp
    log[#log + 1] = stamp
    log[#log + 1] = 1
  end
  redis.call('SET', KEYS[1], cmsgpack.pack(log), 'PX', window + 1)
end
local retry = 0
if calls >= max then retry = log[2] + window - now end
return {admitted and calls or max + 1, retry, log[#log - 1] + window - now}
`

/** Removes the latest call from the log. */
const refundLua = `${readLog}
if calls == 0 then return 0 end
log[#log] = log[#log] - 1
if log[#log] == 0 then
  log[#log] = nil
  log[#log] = nil
  log[1] = 0
end
if calls == 1 then return redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[1], cmsgpack.pack(log), 'PX', math.max(1, log[#log - 1] + window - now))
return 1
`

/** The result of the script for one counter. */
export class WindowRes extends RateLimiterRes {
  readonly resetAfterMs: number

  constructor(calls: number, budget: number, retryAfterMs: number, resetAfterMs: number) {
    super(Math.max(0, budget - calls), retryAfterMs, calls, calls === 1)
    this.resetAfterMs = resetAfterMs
  }
}

/** The sliding windows of one budget in Redis. A key expires when its last call leaves the window. */
export class SlidingWindow extends RateLimiterRedis {
  readonly #redis: Redis
  readonly #budget: Budget

  constructor(redis: Redis, name: ChargedName, budget: Budget) {
    super({
      storeClient: redis,
      // The version separates these keys from those of scripts with another format.
      keyPrefix: `gatehouse:limits:1:${name}:${budget.max}/${budget.windowSeconds}`,
      points: budget.max,
      duration: budget.windowSeconds,
      rejectIfRedisNotReady: true,
      customIncrTtlLuaScript: countLua,
    })
    this.#redis = redis
    this.#budget = budget
  }

  /** Removes the latest call. */
  async refund(key: string): Promise<void> {
    await this.#redis.eval(refundLua, 1, this.getKey(key), 1, this.#budget.windowSeconds)
  }

  /** Called by rate-limiter-flexible to interpret the result of the script. */
  _getRateLimiterRes(_key: string, _points: number, result: unknown): WindowRes {
    if (!Array.isArray(result)) throw new TypeError('The rate-limit script did not return a list.')
    const [calls, retryAfterMs, resetAfterMs]: unknown[] = result
    return new WindowRes(Number(calls), this.#budget.max, Number(retryAfterMs), Number(resetAfterMs))
  }
}
