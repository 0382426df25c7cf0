import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AttemptStore } from '../../src/domain/attempts/attempt-store.ts'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import { Actor } from '../support/actor.ts'
import { guess, pass } from '../support/guesses.ts'
import { mailsTo, tokenFor } from '../support/mails.ts'
import { askLogin, askRefresh, rotate, signIn, signUp } from '../support/people.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: { EMAIL_VERIFICATION: 'off' } })
})
afterAll(() => test.close())

const times = Array.from({ length: 14 }, (_, n) => n)

/** Signs in on a new device. */
const onNewDevice = (email: string, n: number) =>
  askLogin(test.actor(), email, { device: { fingerprint: `device ${n}` } })

/** Redis has no clock but its own, and a second is the shortest lock that can be configured: it would be waited for 14 times. */
const lockSeconds = 0.1
const withShortLocks = (opened: Infrastructure): Infrastructure => {
  const { attempts } = opened
  const store: AttemptStore = {
    reserve: (attempt, rules) => attempts.reserve(attempt, { ...rules, lockSeconds }),
    fail: (attempt, rules) => attempts.fail(attempt, { ...rules, lockSeconds }),
    release: (attempt) => attempts.release(attempt),
    clear: (key) => attempts.clear(key),
    countDistinct: (key, member) => attempts.countDistinct(key, member),
    peekDistinct: (key) => attempts.peekDistinct(key),
  }
  return { ...opened, attempts: store }
}

describe('a person who registers the address of another person cannot flood its mailbox', () => {
  it('by no number of new devices', async () => {
    const { email } = await signUp(test.actor(), { device: { fingerprint: 'the first' } })
    for (const n of times) expect((await onNewDevice(email, n)).__typename).toBe('LoginSuccess')
    expect(await mailsTo(test, email)).toHaveLength(10)
    test.clock.advance(3600)
    await onNewDevice(email, 99)
    expect(await mailsTo(test, email)).toHaveLength(11)
  })

  it('by no number of new passwords', async () => {
    const { email, accessToken } = await signUp(test.actor())
    let [token, current] = [accessToken, goodPassword]
    for (const n of times) {
      const next = `${goodPassword}${n}`
      const { data } = await test.actor().ask(
        `mutation ($input: ChangePasswordInput!) {
          changePassword(input: $input) { ... on ChangePasswordSuccess { tokens { accessToken } } }
        }`,
        { input: { currentPassword: current, newPassword: next } },
        Actor.bearer(token),
      )
      ;[token, current] = [data.changePassword.tokens.accessToken, next]
    }
    expect(await mailsTo(test, email)).toHaveLength(10)
  })

  it('by no number of refresh tokens that are used twice', async () => {
    const { email } = await signUp(test.actor())
    for (const _ of times) {
      const { refreshToken } = await signIn(test.actor(), email)
      await rotate(test.actor(), await rotate(test.actor(), refreshToken))
      // Beyond the grace period, in which a token of an earlier generation gets the current one.
      // Beyond the grace period, even if the clock of the database is ahead of the clock of the test.
      test.clock.advance(60)
      expect(await askRefresh(test.actor(), refreshToken)).toMatchObject({ code: 'REFRESH_TOKEN_REUSED' })
    }
    expect(await mailsTo(test, email)).toHaveLength(10)
  })

  it('by no number of locks, and is left with a link that unlocks', async () => {
    const brief = await createTestApp({
      env: { LOCKOUT_FAILURES: '3' },
      infrastructure: withShortLocks,
      database: test.database,
      clock: test.clock,
    })
    const { email } = await signUp(brief.actor())
    const { deviceToken } = await askLogin(brief.actor(), email)
    const lockedMails = async () =>
      (await mailsTo(brief, email)).filter(({ subject }) => subject.includes('locked'))
    for (const _ of times) {
      expect((await guess(brief.actor(), email, 3, { deviceToken })).at(-1)?.code).toBe('ACCOUNT_LOCKED')
      await brief.deliverMail()
      await pass(brief, lockSeconds)
    }
    expect(await lockedMails()).toHaveLength(10)
    const token = await tokenFor(brief, email, 'unlock-account')
    const { data } = await brief
      .actor()
      .ask('mutation ($token: String!) { unlockAccount(input: { token: $token }) { __typename } }', { token })
    expect(data.unlockAccount.__typename).toBe('UnlockAccountSuccess')
    brief.clock.advance(3600)
    await guess(brief.actor(), email, 3, { deviceToken })
    expect(await lockedMails()).toHaveLength(11)
    await brief.close()
  })

  it('by reporting any number of sessions, and the owner keeps a link for a new password', async () => {
    const { email } = await signUp(test.actor())
    for (const _ of times) {
      const { accessToken, sessionId } = await signIn(test.actor(), email)
      const { data } = await test
        .actor()
        .ask(
          `mutation ($input: ReportUnrecognizedSessionInput!) { reportUnrecognizedSession(input: $input) { __typename } }`,
          { input: { sessionId } },
          Actor.bearer(accessToken),
        )
      expect(data.reportUnrecognizedSession.__typename).toBe('ReportUnrecognizedSessionSuccess')
      await test.deliverMail()
    }
    expect(await mailsTo(test, email)).toHaveLength(10)
    const token = await tokenFor(test, email, 'reset-password')
    const { data } = await test
      .actor()
      .ask('mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { __typename } }', {
        input: { token, newPassword: `${goodPassword} of his own` },
      })
    expect(data.resetPassword.__typename).toBe('ResetPasswordSuccess')
  })
})
