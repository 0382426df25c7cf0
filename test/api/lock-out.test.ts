import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { durationInWords } from '../../src/lib/time/duration.ts'
import { Actor } from '../support/actor.ts'
import { eventually } from '../support/eventually.ts'
import { guess, pass, wrong } from '../support/guesses.ts'
import { mailsTo, tokenFor } from '../support/mails.ts'
import {
  changePasswordDocument,
  deleteAccountDocument,
  lockUserDocument,
  requestEmailChangeDocument,
  requestPasswordResetDocument,
  resetPasswordDocument,
  unlockAccountDocument,
  unlockUserDocument,
} from '../support/operations.ts'
import { askAs, askLogin, type SignedIn, signUp, signUpAs } from '../support/people.ts'
import { auditOf, auditTypesOf } from '../support/rows.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
/** Locks last five seconds, and begin at the third failure. */
let brief: TestApp
beforeAll(async () => {
  test = await createTestApp()
  const env = { LOCKOUT_FAILURES: '3', LOCKOUT_SECONDS: '5' }
  brief = await createTestApp({ env, database: test.database, clock: test.clock })
})
afterAll(async () => {
  await brief.close()
  await test.close()
})

const unlock = async (token: string, actor = test.actor()) =>
  (await actor.ask(unlockAccountDocument, { input: { token } })).data?.unlockAccount

/** A message without its waiting time: the time of Redis goes on while that of the test stands. */
const withoutTime = (message: string) => message.replace(/ in \d+ (second|minute)s?\./, '.')

const ends: [how: string, end: (owner: SignedIn) => Promise<unknown>][] = [
  ['by the link of its mail', async ({ email }) => unlock(await tokenFor(test, email, 'unlock-account'))],
  [
    'by an administrator',
    async ({ userId }) =>
      askAs(test, await signUpAs(test, 'ADMIN'), unlockUserDocument, { input: { userId, reason: 'asked' } }),
  ],
]

describe('wrong passwords for one account', () => {
  it('are compared three times, then made to wait, and lock at the fifth for half an hour', async () => {
    const ada = await signUp(test.actor())
    const answers = await guess(test.actor(), ada.email, 6)
    expect(answers.map(({ code }) => code)).toEqual([
      'INVALID_CREDENTIALS',
      'INVALID_CREDENTIALS',
      'INVALID_CREDENTIALS',
      'RATE_LIMITED',
      'ACCOUNT_LOCKED',
      'ACCOUNT_LOCKED',
    ])
    expect(answers[5].unlocksAt).toBe(answers[4].unlocksAt)
    expect(await askLogin(test.actor(), ada.email)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    const inMs = Date.parse(answers[4].unlocksAt) - test.clock.now().getTime()
    expect(Math.abs(inMs - 1_800_000)).toBeLessThan(60_000)
  })

  it('are compared again after the reported delay', async () => {
    const ada = await signUp(test.actor())
    await guess(test.actor(), ada.email, 3)
    const early = `mutation ($input: LoginInput!) { login(input: $input) {
      ... on AuthRateLimitedProblem { code limit remaining retryAfterSeconds resetsAt } } }`
    const input = { identifier: ada.email, password: goodPassword }
    const answer = await test.actor().ask(early, { input })
    expect(answer.data.login).toMatchObject({
      code: 'RATE_LIMITED',
      limit: 5,
      remaining: 1,
      retryAfterSeconds: 2,
    })
    await pass(test, 2)
    expect(await askLogin(test.actor(), ada.email)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('are counted for each identifier without regard to case, and reveal no other identifier of the account', async () => {
    const username = `Ada_${freshEmail('x').slice(2, 10)}`
    const ada = await signUp(test.actor(), { username })
    for (const identifier of [username, username.toLowerCase(), ` ${username} `]) {
      expect(await askLogin(test.actor(), identifier, wrong)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    }
    const byAddress = await askLogin(test.actor(), ada.email, wrong)
    expect(byAddress).toEqual(await askLogin(test.actor(), freshEmail(), wrong))
    expect(byAddress).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    expect(await askLogin(test.actor(), username)).toMatchObject({ code: 'RATE_LIMITED' })
    expect(await askLogin(test.actor(), ada.email)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('by several identifiers lock the account silently, inform its owner, and end with the link of the mail', async () => {
    const username = `ada-${freshEmail('x').slice(2, 10)}`
    const ada = await signUp(test.actor(), { username })
    const unknown = freshEmail()
    await guess(test.actor(), username, 3)
    const answers = await guess(test.actor(), ada.email, 2)
    // The account is locked now: the right password gets the response of a wrong one.
    answers.push(await askLogin(test.actor(), ada.email))
    answers.push(...(await guess(test.actor(), ada.email, 3)))
    expect(answers.map(({ code }) => code)).toEqual(
      (await guess(test.actor(), unknown, 6)).map(({ code }) => code),
    )
    // No response waits for the mail: the wait would reveal the lock.
    const token = await eventually(() => tokenFor(test, ada.email, 'unlock-account'))
    await test.actor().ask(unlockAccountDocument, { input: { token } })
    expect(await askLogin(test.actor(), ada.email)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('are forgotten by the right one', async () => {
    const ada = await signUp(test.actor())
    for (let round = 0; round < 3; round += 1) {
      await guess(test.actor(), ada.email, 2)
      expect((await askLogin(test.actor(), ada.email)).__typename).toBe('LoginSuccess')
    }
  })

  it('lock as the configuration says, and the lock ends by the clock', async () => {
    const ada = await signUp(brief.actor())
    const answers = await guess(brief.actor(), ada.email, 4)
    expect(answers.map(({ code }) => code)).toEqual([
      'INVALID_CREDENTIALS',
      'INVALID_CREDENTIALS',
      'ACCOUNT_LOCKED',
      'ACCOUNT_LOCKED',
    ])
    expect(answers[3].unlocksAt).toBe(answers[2].unlocksAt)
    await pass(brief, 5)
    expect((await askLogin(brief.actor(), ada.email)).__typename).toBe('LoginSuccess')
  })

  it('lock no other account, nor the same address of another tenant', async () => {
    const [ada, bob] = [await signUp(test.actor()), await signUp(test.actor())]
    await guess(test.actor(), ada.email, 5, { tenant: 'elsewhere' })
    await guess(test.actor(), bob.email, 5)
    expect((await askLogin(test.actor(), ada.email)).__typename).toBe('LoginSuccess')
  })

  it('do not keep many who come at once with the right one out', async () => {
    const ada = await signUp(test.actor())
    const logins = Array.from({ length: 20 }, () => askLogin(test.actor(), ada.email))
    for (const login of await Promise.all(logins)) expect(login.__typename).toBe('LoginSuccess')
  })
})

describe('the message of a lock', () => {
  it('says how long, and that a mail was sent if there is an account, in the same words without one', async () => {
    const ada = await signUp(test.actor())
    const messages = []
    for (const identifier of [ada.email, freshEmail('nobody')]) {
      const answers = await guess(test.actor(), identifier, 5)
      const { message, retryAfterSeconds } = answers[4]
      expect(message).toContain(`Try again in ${Math.ceil(retryAfterSeconds / 60)} minutes.`)
      messages.push(withoutTime(message))
    }
    expect(messages[0]).toBe(
      'Locked after too many failed attempts. Try again. If there is an account, a mail with a link that unlocks it was sent to its address.',
    )
    expect(messages[1]).toBe(messages[0])
  })

  it('counts the seconds of a short lock', async () => {
    const answers = await guess(brief.actor(), freshEmail('nobody'), 3)
    const { code, message, retryAfterSeconds } = answers[2]
    expect(code).toBe('ACCOUNT_LOCKED')
    expect(message).toContain(`Try again in ${durationInWords(retryAfterSeconds)}.`)
  })

  it('says that only an administrator can unlock, and until when they have locked', async () => {
    const [admin, ada] = [await signUpAs(test, 'ADMIN'), await signUp(test.actor())]
    const lock = async (until: string | null) => {
      const input = { userId: ada.userId, until, reason: 'asked' }
      await askAs(test, admin, lockUserDocument, { input })
      return askLogin(test.actor(), ada.email)
    }
    expect(await lock(null)).toMatchObject({
      message: 'An administrator locked this account. Only an administrator can unlock it.',
      unlocksAt: null,
      retryAfterSeconds: null,
    })
    const until = new Date(test.clock.now().getTime() + 3_600_000).toISOString()
    expect(await lock(until)).toMatchObject({
      message: `An administrator locked this account until ${until}. Only an administrator can unlock it earlier.`,
      unlocksAt: until,
      retryAfterSeconds: 3600,
    })
  })
})

describe('an identifier without an account', () => {
  it('is locked with the same answers, field by field, in any spelling', async () => {
    const ada = await signUp(test.actor())
    const nobody = freshEmail('nobody')
    const [known, unknown] = [await guess(test.actor(), ada.email, 6), await guess(test.actor(), nobody, 6)]
    for (const [n, answer] of unknown.entries()) {
      const { unlocksAt, retryAfterSeconds, message, ...rest } = answer
      const {
        unlocksAt: ofKnown,
        retryAfterSeconds: knownSeconds,
        message: knownText,
        ...restOfKnown
      } = known[n]
      expect(rest).toEqual(restOfKnown)
      expect(withoutTime(message)).toBe(withoutTime(knownText))
      expect(typeof unlocksAt).toBe(typeof ofKnown)
      expect(Math.abs((retryAfterSeconds ?? 0) - (knownSeconds ?? 0))).toBeLessThan(30)
    }
    expect(await askLogin(test.actor(), ` ${nobody.toUpperCase()}`)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
  })

  it('writes as many rows as an account, with a mail that has no recipient', async () => {
    const rows = async () => ({
      audit: await test.database.client.auditEvent.count(),
      mail: await test.database.client.mailMessage.count(),
      tokens: await test.database.client.oneTimeToken.count(),
    })
    const ada = await signUp(test.actor())
    const before = await rows()
    await guess(test.actor(), ada.email, 8)
    const between = await rows()
    await guess(test.actor(), freshEmail('nobody'), 8)
    const after = await rows()
    expect(between.mail - before.mail).toBe(1)
    expect(after.mail - between.mail).toBe(between.mail - before.mail)
    expect(after.tokens - between.tokens).toBe(between.tokens - before.tokens)
    const nobody = await auditOf(test.database, null)
    expect(nobody.filter(({ type }) => type === 'ACCOUNT_LOCKED').at(-1)).toMatchObject({
      reason: 'TOO_MANY_FAILURES',
    })
  })
})

describe('a lock', () => {
  it('is audited and mailed once, however many guesses it refuses', async () => {
    const ada = await signUp(test.actor())
    await guess(test.actor(), ada.email, 12)
    const types = await auditTypesOf(test.database, ada.userId)
    expect(types.filter((type) => type === 'LOGIN_FAILED')).toHaveLength(5)
    expect(types.filter((type) => type === 'ACCOUNT_LOCKED')).toHaveLength(1)
    const subjects = (await mailsTo(test, ada.email)).map(({ subject }) => subject)
    expect(subjects.filter((subject) => subject.includes('locked'))).toHaveLength(1)
  })

  it('is ended by the link of its mail, once', async () => {
    const ada = await signUp(test.actor())
    await guess(test.actor(), ada.email, 5)
    const token = await tokenFor(test, ada.email, 'unlock-account')
    expect(await unlock(token)).toEqual({ __typename: 'UnlockAccountSuccess', unlocked: true })
    expect((await askLogin(test.actor(), ada.email)).__typename).toBe('LoginSuccess')
    expect(await unlock(token)).toMatchObject({ code: 'INVALID_TOKEN' })
    expect(await auditTypesOf(test.database, ada.userId)).toContain('ACCOUNT_UNLOCKED')
  })

  it('is not ended by anything else that is mailed', async () => {
    const ada = await signUp(test.actor())
    await test.actor().ask(requestPasswordResetDocument, { input: { email: ada.email } })
    const reset = await tokenFor(test, ada.email, 'reset-password')
    for (const token of [reset, 'gho_rubbish', '']) {
      expect(await unlock(token)).toMatchObject({ code: 'INVALID_TOKEN' })
    }
  })

  it('is ended by a new password', async () => {
    const ada = await signUp(test.actor())
    await guess(test.actor(), ada.email, 5)
    await test.actor().ask(requestPasswordResetDocument, { input: { email: ada.email } })
    const token = await tokenFor(test, ada.email, 'reset-password')
    const newPassword = 'An0ther-horse-battery!'
    const answer = await test.actor().ask(resetPasswordDocument, { input: { token, newPassword } })
    expect(answer.data?.resetPassword).toMatchObject({ __typename: 'ResetPasswordSuccess' })
    expect(await askLogin(test.actor(), ada.email, { password: newPassword })).toMatchObject({
      __typename: 'LoginSuccess',
    })
  })

  it.each(ends)('of every count of an account is ended %s, from any browser', async (_how, end) => {
    const ada = await signUp(test.actor())
    const { deviceToken } = await askLogin(test.actor(), ada.email)
    const prove = async (newPassword: string, currentPassword = goodPassword) => {
      const input = { currentPassword, newPassword }
      const answer = await test.actor().ask(changePasswordDocument, { input }, Actor.bearer(ada.accessToken))
      return answer.data?.changePassword
    }
    const newPassword = 'An0ther-horse-battery!'
    await guess(test.actor(), ada.email, 5)
    await guess(test.actor(), ada.email, 5, { deviceToken })
    for (let n = 0; n < 5; n += 1) await prove(newPassword, wrong.password)
    expect(await askLogin(test.actor(), ada.email)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    expect(await askLogin(test.actor(), ada.email, { deviceToken })).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    expect(await prove(newPassword)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    await end(ada)
    expect((await askLogin(test.actor(), ada.email)).__typename).toBe('LoginSuccess')
    expect((await askLogin(test.actor(), ada.email, { deviceToken })).__typename).toBe('LoginSuccess')
    expect(await prove(newPassword)).toMatchObject({ __typename: 'ChangePasswordSuccess' })
  })

  it('of all devices of an account together is ended by the link, too', async () => {
    const ada = await signUp(test.actor())
    const tokens = []
    for (let n = 0; n < 5; n += 1) tokens.push((await askLogin(test.actor(), ada.email)).deviceToken)
    for (const deviceToken of tokens) await guess(test.actor(), ada.email, 2, { deviceToken })
    const deviceToken = tokens[0]
    expect(await askLogin(test.actor(), ada.email, { deviceToken })).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    await unlock(await tokenFor(test, ada.email, 'unlock-account'))
    expect((await askLogin(test.actor(), ada.email, { deviceToken })).__typename).toBe('LoginSuccess')
  })

  it('by an administrator is not ended by the link', async () => {
    const ada = await signUp(test.actor())
    await guess(test.actor(), ada.email, 5)
    const data = { lockedAt: test.clock.now() }
    await test.database.client.user.update({ where: { id: ada.userId }, data })
    await unlock(await tokenFor(test, ada.email, 'unlock-account'))
    expect(await askLogin(test.actor(), ada.email)).toMatchObject({ code: 'ACCOUNT_LOCKED', unlocksAt: null })
  })
})

describe('a signed-in user who proves their password', () => {
  const proofs = [
    ['changePassword', changePasswordDocument, { newPassword: 'An0ther-horse-battery!' }],
    ['requestEmailChange', requestEmailChangeDocument, { newEmail: freshEmail('new') }],
    ['deleteAccount', deleteAccountDocument, {}],
  ] as const

  it.each(proofs)(
    'is delayed and locked out of %s after wrong ones, and of nothing else',
    async (name, document, more) => {
      const ada = await signUp(test.actor())
      const prove = async (currentPassword: string) => {
        const input = { ...more, currentPassword }
        const answer = await test.actor().ask(String(document), { input }, Actor.bearer(ada.accessToken))
        return answer.data?.[name].code
      }
      const codes = []
      for (let n = 0; n < 5; n += 1) codes.push(await prove(wrong.password))
      expect(codes.slice(2)).toEqual(['INVALID_CREDENTIALS', 'RATE_LIMITED', 'ACCOUNT_LOCKED'])
      expect(await prove(goodPassword)).toBe('ACCOUNT_LOCKED')
      expect((await askLogin(test.actor(), ada.email)).__typename).toBe('LoginSuccess')
      await unlock(await tokenFor(test, ada.email, 'unlock-account'))
      expect(await prove(goodPassword)).toBeUndefined()
    },
  )

  it('is not kept from it by strangers at the login', async () => {
    const ada = await signUp(test.actor())
    await guess(test.actor(), ada.email, 6)
    const input = { currentPassword: goodPassword, newPassword: 'An0ther-horse-battery!' }
    const answer = await test.actor().ask(changePasswordDocument, { input }, Actor.bearer(ada.accessToken))
    expect(answer.data?.changePassword).toMatchObject({ __typename: 'ChangePasswordSuccess' })
  })
})
