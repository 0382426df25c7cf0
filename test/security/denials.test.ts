import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { permissions } from '../../src/domain/access/permissions.ts'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { signUp, signUpAs } from '../support/people.ts'
import { send } from '../support/services.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const METRICS_TOKEN = 'a-token-of-those-who-look-at-metrics'
let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: { METRICS_TOKEN } })
})
afterAll(() => test.close())

const denialsOf = (userId: string) =>
  test.log
    .map((line) => JSON.parse(line))
    .filter(({ msg, viewer }) => String(msg).startsWith('refused') && viewer === userId)

async function counted(field: string): Promise<number> {
  const answer = await send(test, 'GET', '/metrics', {
    headers: { authorization: `Bearer ${METRICS_TOKEN}` },
  })
  const line = new RegExp(`^gatehouse_denied_total\\{field="${field}"\\} (\\d+)$`, 'm')
  return Number(line.exec(await answer.text())?.[1] ?? 0)
}

describe('an operation that a known viewer may not call', () => {
  it('is logged with viewer, field and request, and counted', async () => {
    const ada = await signUp(test.actor())
    const before = await counted('users')
    const query = '{ a: users { totalCount } signingKeys { kid } me { id } }'
    const answer = await test.actor().ask(query, {}, Actor.bearer(ada.accessToken))
    expect(answer.errors).toHaveLength(2)
    const shared = { viewer: ada.userId, apiKeyId: null, requestId: expect.any(String), reason: null }
    expect(denialsOf(ada.userId).toSorted((one, two) => one.field.localeCompare(two.field))).toMatchObject([
      { ...shared, field: 'signingKeys' },
      { ...shared, field: 'users' },
    ])
    expect(await counted('users')).toBe(before + 1)
  })

  it('is logged for API keys by their ids, and for cookies without x-csrf-token by the reason', async () => {
    const admin = await signUpAs(test, 'ADMIN')
    const others = permissions.filter((permission) => permission !== 'users:read')
    const { id, secret } = await makeKey(test, admin.accessToken, { permissions: others })
    await test.actor().ask('{ users { totalCount } }', {}, Actor.bearer(secret))
    await send(test, 'GET', '/revocations', {
      headers: { 'x-api-key': (await makeKey(test, admin.accessToken, { permissions: [] })).secret },
    })
    const browser = test.actor()
    const grace = await signUp(browser, { tokenTransport: 'COOKIE' })
    await browser.ask('mutation { revokeOtherSessions { __typename } }')
    expect(denialsOf(admin.userId)).toMatchObject([
      { field: 'users', apiKeyId: id },
      { field: 'revocations', apiKeyId: expect.any(String) },
    ])
    expect(denialsOf(grace.userId)).toMatchObject([{ field: 'revokeOtherSessions', reason: 'CSRF' }])
  })

  it('does not fill the log: at most ten lines a minute for each viewer, while all are counted', async () => {
    const [ada, bob] = [await signUp(test.actor()), await signUp(test.actor())]
    const before = await counted('auditEvents')
    const ask = ({ accessToken }: typeof ada) =>
      test.actor().ask('{ auditEvents { nodes { id } } }', {}, Actor.bearer(accessToken))
    for (let count = 0; count < 30; count += 1) await ask(ada)
    await ask(bob)
    expect(denialsOf(ada.userId)).toHaveLength(10)
    expect(denialsOf(bob.userId)).toHaveLength(1)
    expect(await counted('auditEvents')).toBe(before + 31)
    test.clock.advance(61)
    await ask(ada)
    expect(denialsOf(ada.userId)).toHaveLength(11)
  })

  it('is not logged without a viewer, or if nothing was forbidden', async () => {
    const lines = () => test.log.filter((line) => line.includes('refused')).length
    const before = lines()
    await test.actor().ask('{ users { totalCount } }')
    await test.actor().ask('{ me { id } }', {}, Actor.bearer('rubbish'))
    expect(lines()).toBe(before)
  })
})
