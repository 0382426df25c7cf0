import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { agents } from '../support/devices.ts'
import { expectEnded } from '../support/ended-sessions.ts'
import { eventually } from '../support/eventually.ts'
import { actorAt, freshAddress } from '../support/limits.ts'
import { hasRedisServer } from '../support/own-redis.ts'
import { askLogin, askRefresh, rotate, type SignedIn, signUp, whoIs } from '../support/people.ts'
import { RedisOutage, redisOutages } from '../support/redis-outage.ts'
import type { TestApp } from '../support/test-app.ts'

const sessionLimit = 3
const env = {
  SESSION_LIMIT: String(sessionLimit),
  DEVICE_BINDING: 'strict',
  RATE_LIMIT_LOGIN_IDENTIFIER: '100000/1m',
}

describe.runIf(hasRedisServer()).each(redisOutages)('while Redis is $how in the middle of it,', (kind) => {
  let outage: RedisOutage
  beforeAll(async () => {
    outage = await RedisOutage.open(kind, env)
  })
  afterAll(() => outage.close())
  beforeEach(() => outage.calm())

  /** The other process learns of it by itself, from Redis or else from the database. */
  const heard = (test: TestApp, accessToken: string) =>
    eventually(async () => expect(await whoIs(test.actor(), accessToken)).toBe('TOKEN_REVOKED'), {
      everyMs: 50,
    })

  /** Expects that the session has ended on both processes for every holder of its tokens. */
  async function expectOver(session: SignedIn, reason: string): Promise<void> {
    for (const test of [outage.there, outage.here]) {
      await heard(test, session.accessToken)
      await expectEnded(test, actorAt(test), session, reason)
    }
  }

  it('parallel logins on two processes leave exactly as many sessions as the limit says', async () => {
    const { here, there } = outage
    const { userId, email } = await signUp(actorAt(here))
    // biome-ignore lint/suspicious/noExplicitAny: what a server answers is what the test is about
    const logins: any[] = []
    const race = async (count: number) => {
      const services = Array.from({ length: count }, (_, index) => (index % 2 === 0 ? here : there))
      logins.push(...(await Promise.all(services.map((service) => askLogin(actorAt(service), email)))))
    }
    await race(6)

    await Promise.all([race(12), outage.begin()])
    await race(6)
    await outage.flap()
    await race(6)
    await outage.flap()
    await race(6)
    const { session } = here.database.client
    const live = async () => {
      const rows = await session.findMany({ where: { userId, revokedAt: null } })
      return rows.map(({ id }) => id)
    }
    expect(await live()).toHaveLength(sessionLimit)
    await outage.end('attempts', 'rate limits')
    await race(6)

    // Somebody who signs in on both at once may have to wait for the verdict on the other.
    const delayed = logins.filter(({ code }) => code === 'RATE_LIMITED')
    const opened = logins.filter(({ __typename }) => __typename === 'LoginSuccess')
    expect(delayed.length + opened.length).toBe(logins.length)
    const left = await live()
    expect(left).toHaveLength(sessionLimit)
    expect(await session.count({ where: { userId, revokedReason: 'SESSION_LIMIT' } })).toBe(
      opened.length + 1 - sessionLimit,
    )
    for (const { session: one, tokens } of opened) {
      for (const test of [here, there]) {
        if (!left.includes(one.id)) await heard(test, tokens.accessToken)
        else expect(await whoIs(test.actor(), tokens.accessToken)).toBe(userId)
      }
    }
  })

  it('a stolen refresh token that comes after the refresh of its owner ends the session for both', async () => {
    const address = freshAddress()
    const owner = actorAt(outage.here, address)
    const ada = await signUp(owner)
    const second = await rotate(owner, ada.refreshToken)

    await outage.begin()
    const third = await rotate(owner, second)
    await outage.flap()
    outage.here.clock.advance(200)
    // Equal to the owner in every respect, except that the owner has refreshed meanwhile.
    const thief = actorAt(outage.there, address)
    expect(await askRefresh(thief, second)).toMatchObject({ code: 'REFRESH_TOKEN_REUSED' })
    expect(await askRefresh(thief, second)).not.toHaveProperty('tokens')
    await expectOver({ ...ada, refreshToken: third }, 'REFRESH_TOKEN_REUSED')
    await outage.flap()
    await expectOver({ ...ada, refreshToken: third }, 'REFRESH_TOKEN_REUSED')

    await outage.end('rate limits')
    await expectOver({ ...ada, refreshToken: third }, 'REFRESH_TOKEN_REUSED')
  })

  it('a refresh token that moves to another device ends its session there', async () => {
    const address = freshAddress()
    const owner = actorAt(outage.here, address)
    const ada = await signUp(owner)
    const second = await rotate(owner, ada.refreshToken)

    await outage.begin()
    await rotate(actorAt(outage.there), (await signUp(actorAt(outage.there))).refreshToken)
    await outage.flap()
    const thief = actorAt(outage.there, address, { 'user-agent': agents.curl })
    expect(await askRefresh(thief, second)).toMatchObject({
      __typename: 'DeviceMismatchProblem',
      code: 'DEVICE_MISMATCH',
    })
    await expectOver({ ...ada, refreshToken: second }, 'DEVICE_MISMATCH')
    await outage.flap()
    await expectOver({ ...ada, refreshToken: second }, 'DEVICE_MISMATCH')

    await outage.end('rate limits')
    await expectOver({ ...ada, refreshToken: second }, 'DEVICE_MISMATCH')
  })
})
