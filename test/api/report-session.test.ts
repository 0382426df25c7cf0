import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { agents, behindProxy, from } from '../support/devices.ts'
import { mailsTo, tokenFor } from '../support/mails.ts'
import { reportUnrecognizedSessionDocument } from '../support/operations.ts'
import { askLogin, askRefresh, type SignedIn, signIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { auditOf } from '../support/rows.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

const home = '203.0.113.9'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: { ...behindProxy, EMAIL_VERIFICATION: 'off' } })
})
afterAll(() => test.close())

type Input = Readonly<Record<string, unknown>>

async function report(input: Input, headers: Readonly<Record<string, string>> = {}, actor = test.actor()) {
  const answer = await actor.ask(reportUnrecognizedSessionDocument, { input }, headers)
  expect(answer.errors).toEqual([])
  return answer.data.reportUnrecognizedSession
}

const reportAs = (person: SignedIn, input: Input) => report(input, Actor.bearer(person.accessToken))

/** An owner at home, and a thief who has signed in with the owner's password. */
async function burgled() {
  const owner = await signUp(test.actor(from(home)))
  const thief = await signIn(test.actor(from('198.51.100.7', agents.curl)), owner.email)
  return { owner, thief, email: owner.email }
}

async function expectAllEnded(people: readonly SignedIn[]): Promise<void> {
  for (const { accessToken, refreshToken, sessionId } of people) {
    expect(await whoIs(test.actor(), accessToken)).toBe('TOKEN_REVOKED')
    expect(await askRefresh(test.actor(from(home)), refreshToken)).toMatchObject({
      code: 'INVALID_REFRESH_TOKEN',
    })
    const row = await test.database.client.session.findUniqueOrThrow({ where: { id: sessionId } })
    expect(row.revokedReason).toBe('SESSION_REPORTED')
  }
}

const notFound = { __typename: 'AuthNotFoundProblem', code: 'NOT_FOUND' }
const invalidToken = { __typename: 'InvalidTokenProblem', code: 'INVALID_TOKEN' }

describe('reportUnrecognizedSession', () => {
  it('ends every session by the link of the mail, without signing in, and mails a link for a new password', async () => {
    const { owner, thief, email } = await burgled()
    const token = await tokenFor(test, email, 'report-session')
    expect(await report({ token })).toEqual({
      __typename: 'ReportUnrecognizedSessionSuccess',
      revokedSessions: 2,
    })
    await expectAllEnded([owner, thief])
    const resetToken = await tokenFor(test, email, 'reset-password')
    const newPassword = `${goodPassword}2`
    const reset = await test
      .actor()
      .ask('mutation Reset($input: ResetPasswordInput!) { resetPassword(input: $input) { __typename } }', {
        input: { token: resetToken, newPassword },
      })
    expect(reset.data.resetPassword).toEqual({ __typename: 'ResetPasswordSuccess' })
    expect(await askLogin(test.actor(from(home)), email, { password: newPassword })).toMatchObject({
      __typename: 'LoginSuccess',
    })
    const suspicious = (await auditOf(test.database, owner.userId)).filter(
      ({ type }) => type === 'SUSPICIOUS_ACTIVITY',
    )
    expect(suspicious).toMatchObject([{ reason: 'SESSION_REPORTED', sessionId: null }])
  })

  it('ends every session by the id of one, the one that asks included', async () => {
    const { owner, thief, email } = await burgled()
    expect(await reportAs(owner, { sessionId: thief.sessionId })).toMatchObject({ revokedSessions: 2 })
    await expectAllEnded([owner, thief])
    await tokenFor(test, email, 'reset-password')
    const events = (await auditOf(test.database, owner.userId)).filter(
      ({ reason }) => reason === 'SESSION_REPORTED',
    )
    expect(events.map(({ type }) => type).toSorted()).toEqual(['SESSION_REVOKED', 'SUSPICIOUS_ACTIVITY'])
    for (const event of events) expect(event.sessionId).toBe(thief.sessionId)
  })

  it('ends the API keys, any of which the thief may have made', async () => {
    const owner = await signUpAs(test, 'ADMIN')
    const thief = await signIn(test.actor(from('198.51.100.7', agents.curl)), owner.email)
    const { secret } = await makeKey(test, thief.accessToken, { permissions: ['users:read'] })
    expect(await whoIs(test.actor(), secret)).toBe(owner.userId)
    await reportAs(owner, { sessionId: thief.sessionId })
    expect(await whoIs(test.actor(), secret)).toBe('TOKEN_REVOKED')
    expect(await auditOf(test.database, owner.userId)).toContainEqual(
      expect.objectContaining({
        type: 'API_KEY_REVOKED',
        reason: 'SESSION_REPORTED',
        details: { revokedApiKeys: 1 },
      }),
    )
  })

  it('takes a session that has ended already', async () => {
    const { owner, thief } = await burgled()
    await test.actor().ask('mutation { logout { __typename } }', {}, Actor.bearer(thief.accessToken))
    expect(await reportAs(owner, { sessionId: thief.sessionId })).toMatchObject({ revokedSessions: 1 })
  })

  it('voids what the thief may have asked for, the other alert links, and trust in devices', async () => {
    const { owner, email } = await burgled()
    const { deviceToken } = await askLogin(test.actor(from(home)), email)
    await signIn(test.actor(from(home, agents.phone)), email)
    const { userId } = owner
    const { client } = test.database
    const token = await tokenFor(test, email, 'report-session')
    const epoch = (await client.user.findUniqueOrThrow({ where: { id: userId } })).deviceEpoch
    const ask =
      'mutation Ask($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { __typename } }'
    await test.actor().ask(ask, { input: { email } })
    const asked = await tokenFor(test, email, 'reset-password')
    await report({ token })
    expect((await client.user.findUniqueOrThrow({ where: { id: userId } })).deviceEpoch).toBe(epoch + 1)
    const left = await client.oneTimeToken.findMany({ where: { userId, consumedAt: null } })
    expect(left.map(({ purpose }) => purpose)).toEqual(['RESET_PASSWORD'])
    expect(await tokenFor(test, email, 'reset-password')).not.toBe(asked)
    const again = await askLogin(test.actor(from(home, agents.tablet)), email, { deviceToken })
    expect(again.session.riskSignals).toContain('NEW_DEVICE')
  })

  it('takes a link once, also when it is followed twice at the same time', async () => {
    const { email } = await burgled()
    const token = await tokenFor(test, email, 'report-session')
    const answers = await Promise.all([1, 2, 3].map(() => report({ token })))
    expect(
      answers.filter(({ __typename }) => __typename === 'ReportUnrecognizedSessionSuccess'),
    ).toHaveLength(1)
    expect(answers.filter(({ __typename }) => __typename === 'InvalidTokenProblem')).toHaveLength(2)
    expect(await report({ token })).toMatchObject(invalidToken)
    const resets = (await mailsTo(test, email)).filter(({ subject }) => /new password/.test(subject))
    expect(resets).toHaveLength(1)
  })

  it('refuses links that are forged, expired or meant for something else', async () => {
    const { email } = await burgled()
    const token = await tokenFor(test, email, 'report-session')
    await test
      .actor()
      .ask(
        'mutation Ask($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { __typename } }',
        { input: { email } },
      )
    const other = await tokenFor(test, email, 'reset-password')
    for (const wrong of ['', 'rubbish', `${token}x`, other, `gho_${'A'.repeat(43)}`]) {
      expect(await report({ token: wrong }), wrong).toMatchObject(invalidToken)
    }
    test.clock.advance(7 * 86_400 + 1)
    expect(await report({ token })).toMatchObject(invalidToken)
  })

  it("does not know other people's sessions, nor what is no session", async () => {
    const { owner } = await burgled()
    const bob = await signUp(test.actor())
    for (const sessionId of [bob.sessionId, randomUUID(), 'rubbish', '', '\u0000']) {
      expect(await reportAs(owner, { sessionId })).toMatchObject(notFound)
    }
    expect(await whoIs(test.actor(), bob.accessToken)).toBe(bob.userId)
    expect(await whoIs(test.actor(), owner.accessToken)).toBe(owner.userId)
  })

  it('requires exactly one of the two', async () => {
    const { owner, email } = await burgled()
    const token = await tokenFor(test, email, 'report-session')
    const both = { sessionId: owner.sessionId, token }
    for (const input of [{}, both, { sessionId: null, token: null }]) {
      expect(await reportAs(owner, input)).toMatchObject({
        __typename: 'AuthInvalidInputProblem',
        issues: [{ path: [], code: 'ONE_OF_TWO' }],
      })
    }
    expect(await whoIs(test.actor(), owner.accessToken)).toBe(owner.userId)
  })

  it('requires a signed-in user for the id of a session', async () => {
    const { thief } = await burgled()
    const answer = await test
      .actor()
      .ask(reportUnrecognizedSessionDocument, { input: { sessionId: thief.sessionId } })
    expect(answer.errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED', reason: 'TOKEN_MISSING' } },
    ])
  })

  it('requires x-csrf-token for a session in cookies, and clears them', async () => {
    const browser = test.actor(from(home))
    const ada = await signUp(browser, { tokenTransport: 'COOKIE' })
    const input = { sessionId: ada.sessionId }
    const refused = await browser.ask(reportUnrecognizedSessionDocument, { input })
    expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', reason: 'CSRF' } }])
    expect(browser.cookies.has('__Host-gatehouse-refresh')).toBe(true)
    expect(await report(input, { 'x-csrf-token': ada.csrfToken }, browser)).toMatchObject({
      revokedSessions: 1,
    })
    expect(browser.cookies.has('__Host-gatehouse-refresh')).toBe(false)
    expect(browser.cookies.has('__Host-gatehouse-access')).toBe(false)
  })

  it('ends the sessions of one account once when two devices report at the same time', async () => {
    const { owner, thief, email } = await burgled()
    const other = await signIn(test.actor(from(home)), email)
    const answers = await Promise.all(
      [owner, other].map(({ accessToken }) =>
        test
          .actor()
          .ask(
            reportUnrecognizedSessionDocument,
            { input: { sessionId: thief.sessionId } },
            Actor.bearer(accessToken),
          ),
      ),
    )
    const done = answers.filter(({ data }) => data.reportUnrecognizedSession !== null)
    expect(done).toHaveLength(1)
    await expectAllEnded([owner, thief, other])
    const resets = (await mailsTo(test, email)).filter(({ subject }) => /new password/.test(subject))
    expect(resets).toHaveLength(1)
  })
})
