import { describe, expect, it } from 'vitest'
import type { RateLimiter } from '../../src/domain/rate-limits/rate-limiter.ts'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import type { Actor } from '../support/actor.ts'
import { outcomeOf } from '../support/answers.ts'
import { makeKey } from '../support/api-keys.ts'
import { actorAt, budgetsOf, limitedApps, limitFields } from '../support/limits.ts'
import { rotate, signUp, signUpAs } from '../support/people.ts'

const open = limitedApps()

const document = `mutation ($refreshToken: String) { refresh(input: { refreshToken: $refreshToken }) {
  __typename ... on RefreshSuccess { tokens { refreshToken } } ${limitFields} } }`
const refresh = (actor: Actor, refreshToken: string, headers = {}) =>
  actor.ask(document, { refreshToken }, headers)

/** A process that knows these refusals without asking the counters. */
const knowing =
  (refusalOf: RateLimiter['refusalOf']) =>
  (opened: Infrastructure): Infrastructure => {
    const { rateLimiter } = opened
    return {
      ...opened,
      rateLimiter: {
        consume: (charge) => rateLimiter.consume(charge),
        refund: (charge) => rateLimiter.refund(charge),
        refusalOf,
      },
    }
  }
/** Learns from the counters alone that a budget is used up. */
const unknowing = knowing(() => null)
/** Takes a budget for used up although its counter has room: it has been refunded elsewhere. */
const outdated = knowing(({ name }) =>
  name === 'all' ? { admitted: false, remaining: 0, retryAfterMs: 1, resetAfterMs: 1 } : null,
)

describe('a refresh', () => {
  it('is counted for its session if the counters admit it after all', async () => {
    const test = await open({ RATE_LIMIT_REFRESH: '3/1h' }, { infrastructure: outdated })
    const { refreshToken } = await signUp(actorAt(test))
    expect(budgetsOf(await refresh(actorAt(test), refreshToken)).refresh?.remaining).toBe(2)
  })

  it('is counted once for its address, also without a token that can be used', async () => {
    const test = await open({ RATE_LIMIT_ALL: '4/1h' })
    const { refreshToken } = await signUp(actorAt(test))
    const actor = actorAt(test)
    const left = async (token: string) => budgetsOf(await refresh(actor, token)).all?.remaining
    expect([await left(refreshToken), await left('none'), await left(refreshToken)]).toEqual([3, 2, 1])
  })

  it.each([
    ['the process knows', (opened: Infrastructure) => opened],
    ['the counters alone know', unknowing],
  ])(
    'uses up nothing of its session if its address has no calls left, as %s',
    async (_who, infrastructure) => {
      const test = await open({ RATE_LIMIT_ALL: '1/1h', RATE_LIMIT_REFRESH: '3/1h' }, { infrastructure })
      const { refreshToken } = await signUp(actorAt(test))
      const refused = actorAt(test)
      await refused.ask('{ __typename me { id } }')
      for (let call = 0; call < 5; call += 1)
        expect(outcomeOf(await refresh(refused, refreshToken))).toBe('AuthRateLimitedProblem')
      expect(budgetsOf(await refresh(actorAt(test), refreshToken)).refresh?.remaining).toBe(2)
    },
  )

  it('with an API key is counted for the key', async () => {
    const test = await open()
    const admin = await signUpAs(test, 'ADMIN')
    const { secret } = await makeKey(test, admin.accessToken, { rateLimit: '2/1h' })
    let { refreshToken } = await signUp(actorAt(test))
    const actor = actorAt(test)
    for (let call = 0; call < 2; call += 1)
      refreshToken = (await refresh(actor, refreshToken, { 'x-api-key': secret })).data.refresh.tokens
        .refreshToken
    expect(outcomeOf(await refresh(actor, refreshToken, { 'x-api-key': secret }))).toBe(
      'AuthRateLimitedProblem',
    )
    expect(outcomeOf(await refresh(actor, refreshToken))).toBe('RefreshSuccess')
  })

  it('is limited in the log if its budget refuses it, but not as a free repeat', async () => {
    const test = await open({ RATE_LIMIT_REFRESH: '2/1h' })
    const actor = actorAt(test)
    const { refreshToken } = await signUp(actorAt(test))
    const second = await rotate(actor, refreshToken)
    const third = await rotate(actor, second)
    const limited = () => test.log.filter((line) => line.includes('"limitedBy":"refresh"')).length
    await rotate(actor, second)
    expect(limited()).toBe(0)
    expect(outcomeOf(await refresh(actor, third))).toBe('AuthRateLimitedProblem')
    expect(limited()).toBe(1)
  })
})
