import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { Comparisons, guess } from '../support/guesses.ts'
import { hasRedisServer, OwnRedis } from '../support/own-redis.ts'
import { askLogin, signUp } from '../support/people.ts'
import { challenge, complete, nextCode, signUpWithTotp, wrongCode } from '../support/second-steps.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

/** Compared of the guesses on one count: by Redis, and by each process that counts for itself. */
const inRedis = 3
const replicas = 2
/** Five failures, divided and rounded up: the third locks, and all three are compared. */
const share = 3

const comparisons = new Comparisons()
let redis: OwnRedis
let test: TestApp
beforeEach(async () => {
  redis = await OwnRedis.start()
  const env = { REDIS_URL: redis.url, DATABASE_URL: 'postgres://unused', REPLICAS: String(replicas) }
  test = await createTestApp({ env, infrastructure: comparisons.infrastructure })
  await answering()
  comparisons.count = 0
})
afterEach(async () => {
  redis.resume()
  await test.close()
  await redis.stop()
})

/** Redis counts: a fresh key is known to it and not to this process. */
async function answering(): Promise<void> {
  const ready = new Request(new URL('/health/ready', test.config.server.publicUrl))
  await eventually(async () => {
    expect((await (await test.app.fetch(ready.clone())).json()).checks.redis).toBe('up')
  })
}

const outages = [
  { how: 'stopped', fail: () => redis.stop(), restore: () => redis.start() },
  { how: 'paused', fail: async () => redis.pause(), restore: async () => redis.resume() },
]

describe.runIf(hasRedisServer()).each(outages)('while Redis is $how', ({ how, fail, restore }) => {
  it('a brute force goes on for the share of this process, and no further', async () => {
    const ada = await signUp(test.actor())
    await guess(test.actor(), ada.email, 2)
    await fail()
    for (let round = 0; round < 10; round += 1) {
      await guess(test.actor(), ada.email, 3)
      // The longest delay: only the lock refuses the guesses of the next round.
      test.clock.advance(30)
    }
    expect(comparisons.count).toBeLessThanOrEqual(2 + share)
    const warnings = test.log.filter((line) => line.includes('attempts are counted in this process'))
    expect(warnings).toHaveLength(1)
  })

  it('guesses at codes of the second factor go on for the share of this process, and no further', async () => {
    const ada = await signUpWithTotp(test)
    const guessCodes = async (times: number) => {
      const answers: { __typename: string }[] = []
      for (let n = 0; n < times; n += 1) {
        const actor = test.actor()
        const token = await challenge(actor, ada.email)
        answers.push(await complete(actor, token, { code: wrongCode(test, ada) }))
      }
      return answers.filter(({ __typename }) => __typename === 'AuthInvalidCodeProblem').length
    }
    expect(await guessCodes(2)).toBe(2)
    await fail()
    expect(await guessCodes(12)).toBeLessThanOrEqual(share)
    const actor = test.actor()
    const right = { code: nextCode(test, ada) }
    expect(await complete(actor, await challenge(actor, ada.email), right)).not.toMatchObject({
      __typename: 'LoginSuccess',
    })
  })

  it('a lock that was learnt before holds, and nothing is compared', async () => {
    const ada = await signUp(test.actor())
    const before = await guess(test.actor(), ada.email, 6)
    comparisons.count = 0
    await fail()
    const away = await guess(test.actor(), ada.email, 10)
    expect(comparisons.count).toBe(0)
    for (const answer of away) expect(answer.unlocksAt).toBe(before[5].unlocksAt)
  })

  it('a correct password is never locked out, however often Redis becomes unavailable and available again', async () => {
    const ada = await signUp(test.actor())
    for (let flap = 0; flap < 6; flap += 1) {
      expect((await askLogin(test.actor(), ada.email)).__typename).toBe('LoginSuccess')
      await fail()
      for (let n = 0; n < 2; n += 1) {
        expect((await askLogin(test.actor(), ada.email)).__typename).toBe('LoginSuccess')
      }
      await restore()
    }
    await answering()
    expect((await askLogin(test.actor(), ada.email)).__typename).toBe('LoginSuccess')
  })

  it('flapping gives a brute force no new guesses of this process', async () => {
    const ada = await signUp(test.actor())
    // A Redis that is stopped forgets everything each time; a paused one nothing.
    const flaps = 4
    for (let flap = 0; flap < flaps; flap += 1) {
      await guess(test.actor(), ada.email, 8)
      await fail()
      await guess(test.actor(), ada.email, 8)
      await restore()
      await answering()
      const known = how === 'stopped' ? inRedis * (flap + 1) : inRedis
      expect(comparisons.count).toBeLessThanOrEqual(known + share)
    }
  })
})

describe.runIf(hasRedisServer())('while Redis is slow', () => {
  it('it still counts within REDIS_TIMEOUT_MS', async () => {
    const env = { REDIS_URL: redis.url, REDIS_TIMEOUT_MS: '10000' }
    const patient = await createTestApp({ env, database: test.database })
    const ada = await signUp(patient.actor())
    redis.pause()
    const guessed = guess(patient.actor(), ada.email, 1)
    await sleep(400)
    redis.resume()
    expect(await guessed).toMatchObject([{ code: 'INVALID_CREDENTIALS' }])
    expect(patient.log.join('\n')).not.toContain('counted in this process')
    await patient.close()
  })
})
