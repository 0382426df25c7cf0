import { describe, expect, it } from 'vitest'
import type { Actor } from '../support/actor.ts'
import { outcomeOf } from '../support/answers.ts'
import { exhaust, limitFields } from '../support/limits.ts'
import { freshEmail, goodPassword } from '../support/test-app.ts'
import { gatewayStage } from './support/stage.ts'

const stage = gatewayStage({ RATE_LIMITS: 'on', RATE_LIMIT_LOGIN_ADDRESS: '3/1m' })

const guess = (actor: Actor) =>
  actor.ask(`mutation ($input: LoginInput!) { login(input: $input) { __typename ${limitFields} } }`, {
    input: { identifier: freshEmail(), password: goodPassword },
  })

describe.each([
  ['Hive Gateway', '127.0.1'],
  ['Apollo Gateway', '127.0.2'],
] as const)('limits by address through %s', (gateway, network) => {
  it('refuse the address that has used up its budget, and no other', async () => {
    const last = await exhaust(3, () => guess(stage().client(gateway, `${network}.1`)))
    expect(last.data.login).toMatchObject({
      __typename: 'AuthRateLimitedProblem',
      code: 'RATE_LIMITED',
      retryAfterSeconds: expect.any(Number),
    })
    expect(outcomeOf(await guess(stage().client(gateway, `${network}.2`)))).toBe('InvalidCredentialsProblem')
  })

  it('tell the client how many calls are left, and how long to wait', async () => {
    const first = await guess(stage().client(gateway, `${network}.5`))
    expect(first.headers.get('ratelimit')).toContain('"loginAddress";r=2')
    expect(first.headers.get('ratelimit-policy')).toContain('"loginAddress";q=3;w=60')
    expect(first.headers.get('retry-after')).toBeNull()
    const last = await exhaust(2, () => guess(stage().client(gateway, `${network}.5`)))
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThanOrEqual(last.data.login.retryAfterSeconds)
  })

  it('are not led astray by an X-Forwarded-For of the client', async () => {
    let count = 0
    const last = await exhaust(3, () => {
      count += 1
      return guess(stage().client(gateway, `${network}.3`, { 'x-forwarded-for': `203.0.113.${count}` }))
    })
    expect(outcomeOf(last)).toBe('AuthRateLimitedProblem')
    const named = stage().client(gateway, `${network}.4`, { 'x-forwarded-for': `${network}.3` })
    expect(outcomeOf(await guess(named))).toBe('InvalidCredentialsProblem')
  })
})
