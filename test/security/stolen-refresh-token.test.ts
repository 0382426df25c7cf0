import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../support/actor.ts'
import { agents, behindProxy, from } from '../support/devices.ts'
import { expectEnded } from '../support/ended-sessions.ts'
import { askRefresh, rotate, type SignedIn, signUp, whoIs } from '../support/people.ts'
import { auditOf } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const home = '203.0.113.9'
const elsewhere = '198.51.100.66'
const mismatch = { __typename: 'DeviceMismatchProblem', code: 'DEVICE_MISMATCH' }

/** Expects that every token of the session is refused, and that the reason is recorded. */
async function expectStopped(test: TestApp, ada: SignedIn, owner: Actor, reason: string): Promise<void> {
  expect(await expectEnded(test, owner, ada, reason)).toMatchObject({
    revokedBy: null,
    riskSignals: [reason],
  })
  const events = (await auditOf(test.database, ada.userId)).filter((event) => event.reason === reason)
  expect(events).toMatchObject([{ type: 'SESSION_REVOKED', sessionId: ada.sessionId }])
}

describe('a thief, where DEVICE_BINDING and IP_BINDING are strict,', () => {
  let test: TestApp
  beforeAll(async () => {
    test = await createTestApp({ env: { ...behindProxy, DEVICE_BINDING: 'strict', IP_BINDING: 'strict' } })
  })
  afterAll(() => test.close())

  it.each([
    ['another browser', from(home, agents.chrome)],
    ['another system', from(home, agents.firefoxOnWindows)],
    ['a tool', from(home, agents.curl)],
    ['the right User-Agent and the wrong platform', { ...from(home), 'sec-ch-ua-platform': '"Windows"' }],
  ])('gets no token with %s, and the session ends', async (_what, headers) => {
    const owner = test.actor({ ...from(home), 'sec-ch-ua-platform': '"Linux"' })
    const ada = await signUp(owner)
    const answer = await askRefresh(test.actor(headers), ada.refreshToken)
    expect(answer).toMatchObject(mismatch)
    expect(answer).not.toHaveProperty('tokens')
    await expectStopped(test, ada, owner, 'DEVICE_MISMATCH')
  })

  it('gets no token without a User-Agent', async () => {
    const ada = await signUp(test.actor(from(home)))
    const thief = test.actor(from(home))
    delete thief.headers['user-agent']
    expect(await askRefresh(thief, ada.refreshToken)).toMatchObject(mismatch)
  })

  it.each([
    ['without the fingerprint', undefined],
    ['with a fingerprint that is too long', { fingerprint: 'x'.repeat(513) }],
  ])('gets no token %s', async (_what, device) => {
    const owner = test.actor(from(home))
    const ada = await signUp(owner, { device: { fingerprint: 'laptop' } })
    expect(await askRefresh(test.actor(from(home)), ada.refreshToken, device)).toMatchObject(mismatch)
    await expectStopped(test, ada, owner, 'DEVICE_MISMATCH')
  })

  it('gets no token with another fingerprint', async () => {
    const owner = test.actor(from(home))
    const ada = await signUp(owner, { device: { fingerprint: 'laptop' } })
    const answer = await askRefresh(test.actor(from(home)), ada.refreshToken, { fingerprint: 'thief' })
    expect(answer).toMatchObject(mismatch)
    await expectStopped(test, ada, owner, 'DEVICE_MISMATCH')
  })

  it('gets no token from another network, and the session ends', async () => {
    const owner = test.actor(from(home))
    const ada = await signUp(owner)
    expect(await askRefresh(test.actor(from(elsewhere)), ada.refreshToken)).toMatchObject(mismatch)
    await expectStopped(test, ada, owner, 'IP_CHANGED')
  })

  it('gets no token by asking many times at once', async () => {
    const owner = test.actor(from(home))
    const ada = await signUp(owner)
    const thief = test.actor(from(elsewhere, agents.curl))
    const answers = await Promise.all(Array.from({ length: 10 }, () => askRefresh(thief, ada.refreshToken)))
    for (const answer of answers) expect(answer).not.toHaveProperty('tokens')
    expect(answers).toContainEqual(expect.objectContaining(mismatch))
    await expectStopped(test, ada, owner, 'DEVICE_MISMATCH')
  })

  it('gets no cookie either', async () => {
    const owner = test.actor(from(home))
    const ada = await signUp(owner, { tokenTransport: 'COOKIE' })
    owner.headers['user-agent'] = agents.chrome
    const answer = await owner.ask(
      'mutation { refresh { __typename ... on RefreshSuccess { tokens { expiresIn } } } }',
      {},
      { 'x-csrf-token': ada.csrfToken },
    )
    expect(answer.data.refresh).toEqual({ __typename: 'DeviceMismatchProblem' })
    expect(answer.headers.getSetCookie().join()).not.toContain('gatehouse-access=ey')
  })

  it('is not the owner whose browser has updated itself', async () => {
    const actor = test.actor(from(home))
    const ada = await signUp(actor)
    actor.headers['user-agent'] = agents.firefoxNext
    await rotate(actor, ada.refreshToken)
  })

  it.each([
    ['telephone', agents.phone],
    ['tablet', agents.tablet],
  ])('is not the owner whose %s has changed networks', async (_what, agent) => {
    const actor = test.actor(from(home, agent))
    const ada = await signUp(actor)
    actor.headers['x-forwarded-for'] = elsewhere
    const answer = await askRefresh(actor, ada.refreshToken)
    expect(answer).toMatchObject({ __typename: 'RefreshSuccess', session: { riskSignals: ['IP_CHANGED'] } })
  })

  it('is not assumed if the address of the owner changes within a network', async () => {
    const actor = test.actor(from('2001:db8:1:2::3'))
    const ada = await signUp(actor)
    actor.headers['x-forwarded-for'] = '2001:db8:1:ffff:aaaa::1'
    const { session } = await askRefresh(actor, ada.refreshToken)
    expect(session.riskSignals).toEqual([])
  })
})

describe('a thief, where the bindings warn,', () => {
  it('is written down, and meets the owner as reuse', async () => {
    const test = await createTestApp({ env: { ...behindProxy, DEVICE_BINDING: 'warn', IP_BINDING: 'warn' } })
    const owner = test.actor(from(home))
    const ada = await signUp(owner)
    const stolen = await askRefresh(test.actor(from(elsewhere, agents.curl)), ada.refreshToken)
    expect(stolen.session.riskSignals).toEqual(['DEVICE_MISMATCH', 'IP_CHANGED'])
    expect(await askRefresh(owner, ada.refreshToken)).toMatchObject({ code: 'REFRESH_TOKEN_REUSED' })
    expect(await whoIs(owner, stolen.tokens.accessToken)).toBe('TOKEN_REVOKED')
    await test.close()
  })
})

describe('a user who moves while the bindings are off', () => {
  it('is not looked at', async () => {
    const test = await createTestApp({ env: { ...behindProxy, DEVICE_BINDING: 'off', IP_BINDING: 'off' } })
    const ada = await signUp(test.actor(from(home)))
    const moved = await askRefresh(test.actor(from(elsewhere, agents.curl)), ada.refreshToken)
    expect(moved).toMatchObject({ __typename: 'RefreshSuccess', session: { riskSignals: [] } })
    expect((await auditOf(test.database, ada.userId)).map(({ type }) => type)).not.toContain(
      'SUSPICIOUS_ACTIVITY',
    )
    await test.close()
  })
})
