import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openRedis, type RedisConnection } from '../../src/adapters/redis/redis-client.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import type { GraphqlAnswer } from '../support/actor.ts'
import { reasonOf } from '../support/answers.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { Comparisons, wrong } from '../support/guesses.ts'
import { actorAt, freshAddress } from '../support/limits.ts'
import { hasRedisServer, OwnRedis } from '../support/own-redis.ts'
import { type SignedIn, signUp, tryLogin, tryMe, tryRefresh } from '../support/people.ts'
import { redisSettings } from '../support/redis-settings.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const replicas = 2
/** Five failures, divided and rounded up: all three are compared. */
const share = 3
/** Of four links an hour. */
const linkShare = 2

const comparisons = new Comparisons()
let redis: OwnRedis
/** Whose connection was there before the password. */
let operator: RedisConnection
let test: TestApp
let ada: SignedIn
beforeEach(async () => {
  redis = await OwnRedis.start()
  operator = openRedis(redisSettings(redis.url), 'test-operator', silentLogger, {
    limitedByCaller: true,
  })
  await eventually(() => expect(operator.status).toBe('ready'))
  const env = {
    REDIS_URL: redis.url,
    DATABASE_URL: 'postgres://unused',
    REPLICAS: String(replicas),
    RATE_LIMITS: 'on',
    RATE_LIMIT_ONE_TIME_TOKEN: '4/1h',
    RATE_LIMIT_LOGIN_IDENTIFIER: '100/1m',
    TRUSTED_PROXIES: '192.0.2.7',
  }
  test = await createTestApp({ env, infrastructure: comparisons.infrastructure })
  ada = await signUp(actorAt(test))
  await eventually(async () => expect(await countedInRedis()).toBe(true))
  comparisons.count = 0
})
afterEach(async () => {
  await test.close()
  operator.disconnect()
  await redis.stop()
})

/** Whether fresh counts of both kinds, of a login, are in Redis. */
async function countedInRedis(): Promise<boolean> {
  const sizes = async () => {
    const names = ['gatehouse:limits:*', 'gatehouse:failures:*']
    return Promise.all(names.map(async (name) => (await operator.keys(name)).length))
  }
  const before = await sizes()
  await tryLogin(actorAt(test), `nobody-${freshAddress()}`, wrong.password)
  const after = await sizes()
  return after.every((size, kind) => size > (before[kind] ?? 0))
}

async function readiness(): Promise<readonly unknown[]> {
  const url = new URL('/health/ready', test.config.server.publicUrl)
  const response = await test.app.fetch(new Request(url))
  const { status, checks } = await response.json()
  return [response.status, status, checks.redis]
}

const verify = (address: string): Promise<GraphqlAnswer> =>
  actorAt(test, address).ask('mutation { verifyEmail(input: { token: "none" }) { __typename } }')
const typeOf = ({ data }: GraphqlAnswer) => data?.verifyEmail?.__typename
const countLines = (text: string) => test.log.filter((line) => line.includes(text)).length

interface Refusal {
  readonly how: string
  /** The beginning of the reason in the log of the counters. */
  readonly reason: string
  /** The cause in the log of the dependency. */
  readonly cause: string
  readonly begin: () => Promise<unknown>
  readonly end: () => Promise<unknown>
}

const setDefaultUser = (...rules: string[]) => operator.call('ACL', 'SETUSER', 'default', ...rules)

const refusals: readonly Refusal[] = [
  {
    how: 'has become a replica (READONLY)',
    reason: 'READONLY',
    cause: 'READONLY',
    begin: async () => operator.replicaof('127.0.0.1', await freePort()),
    end: () => operator.replicaof('NO', 'ONE'),
  },
  {
    how: 'is full (OOM)',
    reason: 'OOM',
    cause: 'OOM',
    begin: () => operator.config('SET', 'maxmemory', '1'),
    end: () => operator.config('SET', 'maxmemory', '0'),
  },
  {
    how: 'has got a password (NOAUTH)',
    // No command is sent over a connection that was not let in.
    reason: "Stream isn't writeable",
    cause: 'NOAUTH',
    begin: async () => {
      await operator.config('SET', 'requirepass', 'changed-meanwhile')
      await operator.call('CLIENT', 'KILL', 'TYPE', 'normal')
    },
    end: () => operator.config('SET', 'requirepass', ''),
  },
  {
    how: 'refuses scripts to this user (NOPERM)',
    reason: 'NOPERM',
    cause: 'NOPERM: the user of REDIS_URL lacks the rights +eval +evalsha',
    begin: () => setDefaultUser('-eval', '-evalsha'),
    end: () => setDefaultUser('+@all'),
  },
]

describe.runIf(hasRedisServer()).each(refusals)('while Redis $how', ({ reason, cause, begin, end }) => {
  it('nothing fails, limits and lock-out go by the share of this process, and Redis takes over again', async () => {
    await begin()
    const address = freshAddress()
    const types = []
    for (let n = 0; n < 6; n += 1) types.push(await verify(address))
    const guesses = []
    for (let n = 0; n < 6; n += 1) {
      guesses.push(await tryLogin(actorAt(test), ada.email, wrong.password))
    }
    const refreshed = await tryRefresh(actorAt(test), ada.refreshToken)
    const me = await tryMe(actorAt(test), ada.accessToken)

    const statuses = [...types, ...guesses, refreshed, me].map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(types.filter((answer) => typeOf(answer) === 'InvalidTokenProblem')).toHaveLength(linkShare)
    expect(types.filter((answer) => typeOf(answer) === 'AuthRateLimitedProblem')).toHaveLength(6 - linkShare)
    expect(comparisons.count).toBe(share)
    expect(guesses.at(-1)?.data.login.code).toBe('ACCOUNT_LOCKED')
    expect(refreshed.data.refresh.__typename).toBe('RefreshSuccess')
    expect(reasonOf(me)).toBe('ok')
    expect(countLines('rate limits are counted in this process')).toBe(1)
    expect(countLines('attempts are counted in this process')).toBe(1)
    expect(countLines('LIMITER_DEGRADED')).toBe(1)
    expect(countLines(`"reason":"${reason}`)).toBe(2)

    await eventually(async () => expect(await readiness()).toEqual([200, 'degraded', 'degraded']))
    expect(countLines(`"dependency":"redis","cause":"${cause}"`)).toBe(1)

    await end()
    await eventually(async () => expect(await countedInRedis()).toBe(true), { everyMs: 100 })
    expect(countLines('rate limits are counted in Redis again')).toBe(1)
    expect(countLines('attempts are counted in Redis again')).toBe(1)
    await eventually(async () => expect(await readiness()).toEqual([200, 'ok', 'up']))
    expect(countLines('a dependency works again')).toBe(1)
  })
})
