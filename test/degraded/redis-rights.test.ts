import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { checkRedisRights } from '../../src/adapters/redis/redis-check.ts'
import { openRedis, type RedisConnection } from '../../src/adapters/redis/redis-client.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { eventually } from '../support/eventually.ts'
import { guess } from '../support/guesses.ts'
import { actorAt, freshAddress } from '../support/limits.ts'
import { hasRedisServer, OwnRedis } from '../support/own-redis.ts'
import { askLogin, signIn, signUp, tryLogout, tryMe } from '../support/people.ts'
import { redisSettings } from '../support/redis-settings.ts'
import { redisStartError } from '../support/redis-start-error.ts'
import { documentedRights, setUser } from '../support/redis-users.ts'
import { createTestApp } from '../support/test-app.ts'
import { openTestDatabase } from '../support/test-database.ts'

const rights = (await documentedRights()).server
const timeoutMs = 5000

let redis: OwnRedis
let operator: RedisConnection
let url: string
beforeAll(async () => {
  // The client warns on the console that it cannot read INFO.
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  redis = await OwnRedis.start()
  operator = openRedis(redisSettings(redis.url, timeoutMs), 'test-operator', silentLogger)
  await eventually(() => expect(operator.status).toBe('ready'))
  url = redis.url.replace('//', '//gatehouse:secret@')
})
afterAll(async () => {
  vi.restoreAllMocks()
  operator.disconnect()
  await redis.stop()
})

const startError = () => redisStartError(url, timeoutMs)

const missingRights = () => checkRedisRights(redisSettings(url, timeoutMs), silentLogger)

describe.runIf(hasRedisServer())('a user with the documented rights', () => {
  it('suffices for sign-ins, limits, lock-outs and messages', async () => {
    await setUser(operator, rights)
    await operator.call('ACL', 'LOG', 'RESET')
    const database = await openTestDatabase()
    const env = {
      REDIS_URL: url,
      REDIS_TIMEOUT_MS: String(timeoutMs),
      RATE_LIMITS: 'on',
      TRUSTED_PROXIES: '192.0.2.7',
    }
    const here = await createTestApp({ database, env })
    const there = await createTestApp({ database, env })
    try {
      const ada = await signUp(actorAt(here))
      const again = await signIn(actorAt(there), ada.email)
      await tryLogout(actorAt(here), ada.accessToken)
      await tryMe(actorAt(there), again.accessToken)
      await guess(actorAt(here, freshAddress()), ada.email, 5)
      expect(await askLogin(actorAt(there), ada.email)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
      expect(
        (await there.app.fetch(new Request(new URL('/health/ready', here.config.server.publicUrl)))).status,
      ).toBe(200)

      expect(await operator.call('ACL', 'LOG')).toEqual([])
      const lines = [...here.log, ...there.log]
      expect(lines.filter((line) => /in this process|not published|subscription to/.test(line))).toEqual([])
      expect(await startError()).toBeNull()
      expect(await missingRights()).toEqual([])
    } finally {
      await Promise.all([here.close(), there.close()])
      await database.close()
    }
  })

  it.each(rights.filter((rule) => rule.startsWith('+') && rule !== '+client|setname'))(
    'is refused without %s, by name',
    async (rule) => {
      await setUser(operator, [...rights, `-${rule.slice(1)}`])
      expect(await missingRights()).toEqual([rule])
      expect(await startError()).toBe(
        `Error: Redis at REDIS_URL cannot be used: NOPERM: the user of REDIS_URL lacks the rights ${rule}`,
      )
    },
  )

  it.each([
    [
      '~gatehouse:limits:*',
      ['~gatehouse:distinct:*', '~gatehouse:edge:*', '~gatehouse:failures:*', '~gatehouse:health:*'],
    ],
    [
      '%R~gatehouse:*',
      [
        '~gatehouse:distinct:*',
        '~gatehouse:edge:*',
        '~gatehouse:failures:*',
        '~gatehouse:health:*',
        '~gatehouse:limits:1:*',
      ],
    ],
  ])('is refused with %s as only keys, by name', async (keys, missing) => {
    await setUser(operator, [...rights, 'resetkeys', keys])
    expect(await missingRights()).toEqual(missing)
  })

  it('is refused without a channel, by name', async () => {
    await setUser(operator, [...rights, 'resetchannels', '&gatehouse:revocations', '&gatehouse:health'])
    expect(await missingRights()).toEqual(['&gatehouse:changed-users', '&gatehouse:sessions'])
    expect(await startError()).toContain('&gatehouse:changed-users &gatehouse:sessions')
  })
})

describe.runIf(hasRedisServer())('the rights cannot be asked', () => {
  it('without the password, which is the reason', async () => {
    const wrong = redisSettings(url.replace('secret', 'other'), timeoutMs)
    await expect(checkRedisRights(wrong, silentLogger)).rejects.toThrow(/^WRONGPASS /)
  })
})
