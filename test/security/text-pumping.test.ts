import { describe, expect, it } from 'vitest'
import { phonePrefix } from '../../src/domain/users/phone-number.ts'
import { Actor, type GraphqlAnswer } from '../support/actor.ts'
import { actorAt, budgetsOf, exhaust, freshAddress, limitedApps } from '../support/limits.ts'
import { requestPhoneVerificationDocument, updateProfileDocument } from '../support/operations.ts'
import { type SignedIn, signUp } from '../support/people.ts'
import { freshPhoneNumber } from '../support/phones.ts'
import { RaisedAlerts } from '../support/raised-alerts.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const open = limitedApps()
const refused = { __typename: 'AuthRateLimitedProblem', code: 'RATE_LIMITED' }
const resultOf = ({ data }: GraphqlAnswer) => data.requestPhoneVerification

async function person(test: TestApp, phoneNumber = freshPhoneNumber()) {
  return { ...(await signUp(actorAt(test), { phoneNumber })), phoneNumber }
}

function request(test: TestApp, viewer: SignedIn, address = freshAddress()): Promise<GraphqlAnswer> {
  return actorAt(test, address).ask(requestPhoneVerificationDocument, {}, Actor.bearer(viewer.accessToken))
}

function messagesOf(test: TestApp, { userId }: SignedIn): Promise<number> {
  return test.database.client.mailMessage.count({ where: { userId, kind: 'VERIFY_PHONE' } })
}

/** Numbers of a prefix that no other test uses, since budgets in Redis are shared. */
const swiss = () => `+4178${String(Math.floor(Math.random() * 10_000_000)).padStart(7, '0')}`

describe('text messages', () => {
  it('are limited for each account, whatever its number', async () => {
    const test = await open({ RATE_LIMIT_SMS_ACCOUNT: '3/1d' })
    const eve = await person(test)
    const call = async () => {
      const input = { phoneNumber: freshPhoneNumber() }
      await actorAt(test).ask(updateProfileDocument, { input }, Actor.bearer(eve.accessToken))
      return request(test, eve)
    }
    expect(resultOf(await exhaust(3, call))).toMatchObject({ ...refused, limit: 3 })
    expect(await messagesOf(test, eve)).toBe(3)
  })

  it('are limited for each number, whatever the account', async () => {
    const test = await open({ RATE_LIMIT_SMS_NUMBER: '2/1d' })
    const phoneNumber = freshPhoneNumber()
    const call = async () => request(test, await person(test, phoneNumber))
    expect(resultOf(await exhaust(2, call))).toMatchObject({ ...refused, limit: 2 })
  })

  it('are limited for each address, whatever account and number', async () => {
    const test = await open({ RATE_LIMIT_SMS_ADDRESS: '2/1d' })
    const address = freshAddress()
    const call = async () => request(test, await person(test), address)
    expect(resultOf(await exhaust(2, call))).toMatchObject({ ...refused, limit: 2 })
    expect(resultOf(await request(test, await person(test)))).toMatchObject({
      __typename: 'RequestPhoneVerificationSuccess',
    })
  })

  it('are limited for each country, without effect on others', async () => {
    const test = await open({ RATE_LIMIT_SMS_PREFIX: '2/1d' })
    const call = async () => request(test, await person(test, swiss()))
    expect(resultOf(await exhaust(2, call))).toMatchObject({ ...refused, limit: 2 })
    expect(resultOf(await request(test, await person(test, '+35312345678')))).toMatchObject({
      __typename: 'RequestPhoneVerificationSuccess',
    })
  })

  it('are limited in total, and a refused caller uses up nothing that others share', async () => {
    const test = await open({ RATE_LIMIT_SMS_TOTAL: '3/1d', RATE_LIMIT_SMS_ACCOUNT: '1/1d' })
    const eve = await person(test)
    for (let call = 0; call < 10; call += 1) await request(test, eve)
    const others = async () => request(test, await person(test))
    expect(resultOf(await exhaust(2, others))).toMatchObject({ ...refused, limit: 3 })
    expect(await messagesOf(test, eve)).toBe(1)
  })

  it('alert the operators once at half of the total, and again when a message is refused', async () => {
    const alerts = new RaisedAlerts()
    const env = { RATE_LIMITS: 'on', TRUSTED_PROXIES: '192.0.2.7', RATE_LIMIT_SMS_TOTAL: '5/1d' }
    // On a database of its own, so that no other test is counted.
    const test = await createTestApp({ ...alerts, env })
    const call = async () => request(test, await person(test))
    const kinds: number[] = []
    for (let count = 0; count < 5; count += 1) {
      expect(resultOf(await call())).toMatchObject({ __typename: 'RequestPhoneVerificationSuccess' })
      kinds.push(alerts.of('TEXT_MESSAGES_SPENT').length)
    }
    expect(kinds).toEqual([0, 0, 1, 1, 1])
    expect(resultOf(await call())).toMatchObject(refused)
    expect(alerts.of('TEXT_MESSAGES_SPENT').map(({ details }) => details)).toEqual([
      { used: 3, allowed: 5, windowSeconds: 86_400 },
      { used: 5, allowed: 5, windowSeconds: 86_400 },
    ])
    await test.close()
  })

  it('are limited if fifty requests come at once', async () => {
    const test = await open({ RATE_LIMIT_SMS_ACCOUNT: '4/1d' })
    const eve = await person(test)
    const results = (await Promise.all(Array.from({ length: 50 }, () => request(test, eve)))).map(resultOf)
    expect(results.filter(({ __typename }) => __typename === 'RequestPhoneVerificationSuccess')).toHaveLength(
      4,
    )
    expect(results.filter(({ __typename }) => __typename === refused.__typename)).toHaveLength(46)
  })

  it('are refused if they cannot be counted', async () => {
    const consume = () => Promise.reject(new Error('No counters.'))
    const rateLimiter = { consume, refund: async () => undefined, refusalOf: () => null }
    const test = await open({}, { infrastructure: (opened) => ({ ...opened, rateLimiter }) })
    const limited = await open()
    const eve = await person(limited)
    const answer = await request(test, eve)
    expect(answer.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])
    expect(await messagesOf(test, eve)).toBe(0)
  })

  it('show callers their own budgets, and none of the installation', async () => {
    const test = await open()
    const answer = await request(test, await person(test))
    expect(budgetsOf(answer)).toMatchObject({
      smsAccount: { max: 5, seconds: 86_400, remaining: 4 },
      smsAddress: { max: 20, seconds: 86_400, remaining: 19 },
      smsNumber: { max: 5, seconds: 86_400, remaining: 4 },
      mutation: { max: 60 },
      all: { remaining: 999 },
    })
    expect(Object.keys(budgetsOf(answer))).not.toContain('smsPrefix')
    expect(Object.keys(budgetsOf(answer))).not.toContain('smsTotal')
  })
})

describe('phonePrefix', () => {
  it.each([
    ['+4915112345678', '+49'],
    ['+35312345678', '+353'],
    ['+18765550123', '+1876'],
    ['+12125550123', '+1212'],
  ])('of %s is %s', (phoneNumber, prefix) => {
    expect(phonePrefix(phoneNumber)).toBe(prefix)
  })
})
