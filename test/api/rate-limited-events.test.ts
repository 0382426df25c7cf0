import { describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { eventually } from '../support/eventually.ts'
import { actorAt, freshAddress, limitedApps } from '../support/limits.ts'
import { askRefresh, rotate, signUp } from '../support/people.ts'
import { auditWhere } from '../support/rows.ts'
import type { TestApp } from '../support/test-app.ts'

const open = limitedApps()

const me = (actor: Actor, token?: string) =>
  actor.ask('{ me { id } }', {}, token === undefined ? {} : Actor.bearer(token))

/** What was written down of refusals, once it is so many. */
async function refusals(test: TestApp, where: object, count: number) {
  const rows = () => auditWhere(test.database, { type: 'RATE_LIMITED', ...where })
  await eventually(async () => expect(await rows()).toHaveLength(count))
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await rows()).toHaveLength(count)
  return rows()
}

describe('a refused call', () => {
  it('is written down once a minute for each address and budget', async () => {
    const test = await open({ RATE_LIMIT_QUERY: '1/1h', RATE_LIMIT_MAIL_ADDRESS: '1/1h' })
    const ipAddress = freshAddress()
    const actor = actorAt(test, ipAddress, { 'user-agent': 'curl/8' })
    for (let call = 0; call < 6; call += 1) await me(actor)
    const [first] = await refusals(test, { ipAddress }, 1)
    expect(first).toMatchObject({
      userId: null,
      userAgent: 'curl/8',
      requestId: expect.any(String),
      details: { budget: 'query', field: 'query' },
    })
    const mail = 'mutation { requestPasswordReset(input: { email: "ada@example.com" }) { __typename } }'
    for (let call = 0; call < 3; call += 1) await actor.ask(mail)
    expect((await refusals(test, { ipAddress }, 2)).map(({ details }) => details)).toMatchObject([
      { budget: 'query' },
      { budget: 'mailAddress' },
    ])
    test.clock.advance(60)
    for (let call = 0; call < 3; call += 1) await me(actor)
    await refusals(test, { ipAddress }, 3)
    await me(actorAt(test, freshAddress()))
    await refusals(test, { ipAddress }, 3)
  })

  it('names who was signed in', async () => {
    const test = await open({ RATE_LIMIT_QUERY: '1/1h' })
    const { userId, sessionId, accessToken } = await signUp(actorAt(test))
    for (let call = 0; call < 3; call += 1) await me(actorAt(test), accessToken)
    const user = await test.database.client.user.findUniqueOrThrow({ where: { id: userId } })
    const [event] = await refusals(test, { userId }, 1)
    expect(event).toMatchObject({ userId, sessionId, tenantId: user.tenantId })
  })

  it('names the session whose refreshes were too many', async () => {
    const test = await open({ RATE_LIMIT_REFRESH: '1/1h' })
    const actor = actorAt(test)
    const { userId, sessionId, refreshToken } = await signUp(actor)
    const next = await rotate(actor, refreshToken)
    expect(await askRefresh(actor, next)).toMatchObject({ __typename: 'AuthRateLimitedProblem' })
    const [event] = await refusals(test, { userId }, 1)
    expect(event).toMatchObject({ sessionId, details: { budget: 'refresh', field: 'refresh' } })
  })
})
