import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { expectEnded } from '../support/ended-sessions.ts'
import { mailsTo, tokenFor } from '../support/mails.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { reportUnrecognizedSessionDocument, sessionsDocument } from '../support/operations.ts'
import { askRefresh, rotate, type SignedIn, signIn, signUp, whoIs } from '../support/people.ts'
import { auditOf } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ clock: new ManualClock(3600) })
})
afterAll(() => test.close())

const reused = { __typename: 'RefreshTokenReusedProblem', code: 'REFRESH_TOKEN_REUSED' }
const dead = { __typename: 'InvalidRefreshTokenProblem', code: 'INVALID_REFRESH_TOKEN' }

/** Expects that the session has ended for every holder: its newest refresh token, its access tokens, the list, the audit log. */
async function expectReuse(ada: SignedIn, newest: string): Promise<void> {
  await expectEnded(test, test.actor(), { ...ada, refreshToken: newest }, 'REFRESH_TOKEN_REUSED')
  const events = (await auditOf(test.database, ada.userId)).filter(
    ({ type }) => type === 'REFRESH_TOKEN_REUSED',
  )
  expect(events).toHaveLength(1)
  expect(events[0]).toMatchObject({ sessionId: ada.sessionId, ipAddress: '192.0.2.7' })
}

/** Rotates twice, and waits until the first token is reused if it comes again. Returns the newest token. */
async function outdate(actor: Actor, ada: SignedIn): Promise<string> {
  const newest = await rotate(actor, await rotate(actor, ada.refreshToken))
  test.clock.advance(11)
  return newest
}

describe('a refresh token that was used before', () => {
  it('ends its session when it comes after the grace window and its successor was used', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const { tokens } = await askRefresh(actor, ada.refreshToken)
    test.clock.advance(11)
    expect(await whoIs(actor, tokens.accessToken)).toBe(ada.userId)
    expect(await askRefresh(actor, ada.refreshToken)).toMatchObject(reused)
    await expectReuse(ada, tokens.refreshToken)
  })

  it('ends its session when it is older than the one before', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const newest = await outdate(actor, ada)
    expect(await askRefresh(actor, ada.refreshToken)).toMatchObject(reused)
    await expectReuse(ada, newest)
  })

  it('ends its session when another browser brings it inside the window', async () => {
    const ada = await signUp(test.actor())
    const successor = await rotate(test.actor(), ada.refreshToken)
    const thief = test.actor({ 'user-agent': 'curl/8.5.0' })
    expect(await askRefresh(thief, ada.refreshToken)).toMatchObject(reused)
    await expectReuse(ada, successor)
  })

  it.each([
    ['another fingerprint', { fingerprint: 'laptop' }, { fingerprint: 'thief' }],
    ['no fingerprint', { fingerprint: 'laptop' }, undefined],
    ['a fingerprint where there was none', undefined, { fingerprint: 'thief' }],
  ])('ends its session when %s brings it inside the window', async (_what, first, second) => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const rotated = await askRefresh(actor, ada.refreshToken, first)
    expect(await askRefresh(actor, ada.refreshToken, second)).toMatchObject(reused)
    await expectReuse(ada, rotated.tokens.refreshToken)
  })

  it('is mailed to the owner once: which sign-in it was, and a link that ends all sessions', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const { subject: earlier } = (await mailsTo(test, ada.email))[0] ?? {}
    await outdate(actor, ada)
    for (let n = 0; n < 3; n += 1) await askRefresh(test.actor(), ada.refreshToken)
    const mails = (await mailsTo(test, ada.email)).filter(({ subject }) => subject !== earlier)
    expect(mails).toHaveLength(1)
    expect(mails[0]?.subject).toMatch(/ended a sign-in/)
    expect(mails[0]?.text).toContain('Firefox on Linux')
    const token = await tokenFor(test, ada.email, 'report-session')
    const { data } = await test.actor().ask(reportUnrecognizedSessionDocument, { input: { token } })
    expect(data?.reportUnrecognizedSession).toMatchObject({ __typename: 'ReportUnrecognizedSessionSuccess' })
  })

  it('ends no other session of the account', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const laptop = await signIn(test.actor(), ada.email)
    await outdate(actor, ada)
    expect(await askRefresh(actor, ada.refreshToken)).toMatchObject(reused)
    const bearer = Actor.bearer(laptop.accessToken)
    const { sessions } = (await test.actor().ask(sessionsDocument, {}, bearer)).data
    expect(sessions.nodes).toMatchObject([{ id: laptop.sessionId }])
    expect((await askRefresh(test.actor(), laptop.refreshToken)).__typename).toBe('RefreshSuccess')
  })

  it('is reported once: afterwards the session has ended', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const newest = await outdate(actor, ada)
    expect(await askRefresh(actor, ada.refreshToken)).toMatchObject(reused)
    expect(await askRefresh(actor, ada.refreshToken)).toMatchObject(dead)
    await expectReuse(ada, newest)
  })

  it('warns in the log, without the token', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    await outdate(actor, ada)
    await askRefresh(actor, ada.refreshToken)
    const lines = test.log.filter((line) => line.includes(ada.sessionId) && line.includes('reused'))
    expect(lines).toHaveLength(1)
    expect(test.log.join('\n')).not.toContain(ada.refreshToken)
  })

  it('is still the one before when its successor was answered to a repeat', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    await rotate(actor, ada.refreshToken)
    test.clock.advance(6)
    const { tokens } = await askRefresh(actor, ada.refreshToken)
    await whoIs(actor, tokens.accessToken)
    test.clock.advance(6)
    expect(await askRefresh(actor, ada.refreshToken)).toMatchObject(reused)
    await expectReuse(ada, tokens.refreshToken)
  })
})

describe('a grace window of nothing', () => {
  it('takes every second use for reuse, however soon it comes', async () => {
    const strict = await createTestApp({
      database: test.database,
      clock: test.clock,
      env: { REFRESH_GRACE_SECONDS: '0' },
    })
    const actor = strict.actor()
    const ada = await signUp(actor)
    const successor = await rotate(actor, ada.refreshToken)
    expect(await askRefresh(actor, ada.refreshToken)).toMatchObject(reused)
    const bob = await signUp(actor)
    await rotate(actor, bob.refreshToken)
    strict.clock.jump(-3)
    expect(await askRefresh(actor, bob.refreshToken)).toMatchObject(reused)
    strict.clock.jump(3)
    expect(await askRefresh(actor, successor)).toMatchObject(dead)
    await strict.close()
  })
})
