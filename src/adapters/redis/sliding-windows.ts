import { Cluster, type Result } from 'ioredis'
import type { Budget } from '../../domain/rate-limits/limits.ts'
import type { LimitVerdict } from '../../domain/rate-limits/rate-limiter.ts'
import { inTime } from './in-time.ts'
import type { RedisConnection } from './redis-client.ts'

declare module 'ioredis' {
  interface RedisCommander<Context> {
    countCalls(keys: number, ...keysAndBudgets: (string | number)[]): Result<unknown, Context>
    refundCall(key: string, windowMs: number): Result<unknown, Context>
  }
}

/** Times are milliseconds of the clock of Redis, which all processes share. */
const readClock = `
local time = redis.call('TIME')
local clock = time[1] * 1000 + math.floor(time[2] / 1000)
local clockUp = time[1] * 1000 + math.ceil(time[2] / 1000)`

/**
 * Reads a log of calls and drops the entries that have left the window. A log is a packed list: the time when its
 * newest entry began, then for each entry the time of its latest call, rounded up, and its number of calls. If the
 * clock of the server was set back, the log continues with its latest time.
 */
const readLog = `
local now, stamp = clock, clockUp
local packed = redis.call('GET', key)
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
end`

/**
 * The algorithm of the limiter in memory (WindowLogs): a call joins the newest entry if that began less than a sixteenth
 * of the window ago, otherwise it opens an entry. The arguments are the budget and the window of each key. Returns three
 * numbers for each key: the calls in the window, the milliseconds until a call is admitted, and the milliseconds until
 * all calls have left the window. A refused call is not counted; its number of calls is the budget plus one.
 */
const countLua = `${readClock}
local results = {}
for k, key in ipairs(KEYS) do
  local max, window = tonumber(ARGV[2 * k - 1]), tonumber(ARGV[2 * k])
  ${readLog}
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
    redis.call('SET', key, cmsgpack.pack(log), 'PX', window + 1)
  end
  results[#results + 1] = admitted and calls or max + 1
  results[#results + 1] = calls >= max and log[2] + window - now or 0
  results[#results + 1] = log[#log - 1] + window - now
end
return results`

/** Removes the latest call from the log. */
const refundLua = `${readClock}
local key, window = KEYS[1], tonumber(ARGV[1])
${readLog}
if calls == 0 then return 0 end
log[#log] = log[#log] - 1
if log[#log] == 0 then
  log[#log] = nil
  log[#log] = nil
  log[1] = 0
end
if calls == 1 then return redis.call('DEL', key) end
redis.call('SET', key, cmsgpack.pack(log), 'PX', math.max(1, log[#log - 1] + window - now))
return 1`

/** Maximum number of keys of one script, so that a script takes less than a millisecond. */
const maxKeysOfServer = 32
/** The keys of a script must be on one node of a cluster, and two budgets rarely are. */
const maxKeysOfCluster = 1

/** A call that waits for the end of the turn. */
interface WaitingCall {
  readonly key: string
  readonly budget: Budget
  resolve(verdict: LimitVerdict): void
  reject(error: unknown): void
}

/**
 * Sliding windows in Redis. All calls of one turn of the event loop, such as those to the budgets of one request, are
 * counted by one script; in a cluster by one script each, sent together. A key expires when its last call leaves the window.
 */
export class SlidingWindows {
  readonly #redis: RedisConnection
  readonly #timeoutMs: number
  readonly #maxKeys: number
  #waiting: WaitingCall[] = []

  constructor(redis: RedisConnection, timeoutMs: number) {
    this.#redis = redis
    this.#timeoutMs = timeoutMs
    this.#maxKeys = redis instanceof Cluster ? maxKeysOfCluster : maxKeysOfServer
    redis.defineCommand('countCalls', { lua: countLua })
    redis.defineCommand('refundCall', { numberOfKeys: 1, lua: refundLua })
  }

  /** Counts one call if the window has room for it. Rejects if Redis does not respond in time. */
  count(key: string, budget: Budget): Promise<LimitVerdict> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#flush())
      this.#waiting.push({ key, budget, resolve, reject })
    })
  }

  /** Removes the latest call. */
  async refund(key: string, { windowSeconds }: Budget): Promise<void> {
    await inTime(this.#timeoutMs, this.#redis.refundCall(key, windowSeconds * 1000))
  }

  #flush(): void {
    const calls = this.#waiting
    this.#waiting = []
    for (let from = 0; from < calls.length; from += this.#maxKeys)
      void this.#send(calls.slice(from, from + this.#maxKeys))
  }

  async #send(calls: readonly WaitingCall[]): Promise<void> {
    try {
      const keys = calls.map(({ key }) => key)
      const budgets = calls.flatMap(({ budget: { max, windowSeconds } }) => [max, windowSeconds * 1000])
      const reply = await inTime(this.#timeoutMs, this.#redis.countCalls(calls.length, ...keys, ...budgets))
      if (!Array.isArray(reply) || reply.length !== 3 * calls.length)
        throw new TypeError('The rate-limit script did not return three numbers for each key.')
      for (const [index, { budget, resolve }] of calls.entries())
        resolve(
          verdictOf(
            budget,
            Number(reply[3 * index]),
            Number(reply[3 * index + 1]),
            Number(reply[3 * index + 2]),
          ),
        )
    } catch (error) {
      for (const { reject } of calls) reject(error)
    }
  }
}

function verdictOf({ max }: Budget, calls: number, retryAfterMs: number, resetAfterMs: number): LimitVerdict {
  return { admitted: calls <= max, remaining: Math.max(0, max - calls), retryAfterMs, resetAfterMs }
}
