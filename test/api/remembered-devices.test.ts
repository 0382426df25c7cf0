import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { agents, behindProxy, from } from '../support/devices.ts'
import { mailsTo, tokenFor } from '../support/mails.ts'
import {
  changePasswordDocument,
  forgetRememberedDevicesDocument,
  lockUserDocument,
  logoutDocument,
  reportUnrecognizedSessionDocument,
  requestPasswordResetDocument,
  resetPasswordDocument,
  resetUserFactorsDocument,
  setSecondStepDocument,
} from '../support/operations.ts'
import { askAs, askLogin, type SignedIn, signUpAs } from '../support/people.ts'
import { auditTypesOf, insertPasskey, setRole } from '../support/rows.ts'
import {
  challenge,
  complete,
  type Enrolled,
  enrolTotp,
  nextCode,
  signUpWithTotp,
} from '../support/second-steps.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

const home = '203.0.113.9'
const newPassword = 'An0ther-horse-battery!'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({
    env: { ...behindProxy, MFA_REMEMBER_DEVICE_DAYS: '30', MFA_ADMIN_ACTIONS: 'aal1' },
  })
})
afterAll(() => test.close())

type Input = Readonly<Record<string, unknown>>

/** A sign-in at home with both factors, after which the device is remembered. */
async function remember(user: Enrolled, actor = test.actor(from(home)), input: Input = {}) {
  const token = await challenge(actor, user.email, input)
  return complete(actor, token, { code: nextCode(test, user), rememberDevice: true })
}

/** A user whose browser at home is remembered by a cookie. */
async function rememberedUser() {
  const user = await signUpWithTotp(test)
  const browser = test.actor(from(home))
  const done = await remember(user, browser, { tokenTransport: 'COOKIE' })
  expect(done).toMatchObject({ __typename: 'LoginSuccess', rememberedDeviceToken: null })
  expect(browser.cookies.get('__Host-gatehouse-remembered')).toMatch(/^ghm_/)
  return { user, browser }
}

const kindOf = async (actor: Actor, email: string, input: Input = {}) =>
  (await askLogin(actor, email, { tokenTransport: 'COOKIE', ...input })).__typename

const skipped = 'LoginSuccess'
const required = 'MfaChallenge'

describe('a remembered device', () => {
  it('skips the second step for 30 days, at the level of one factor', async () => {
    const { user, browser } = await rememberedUser()
    const again = await askLogin(browser, user.email, { tokenTransport: 'HYBRID' })
    expect(again).toMatchObject({ __typename: skipped, session: { riskSignals: [] } })
    const session = await test.database.client.session.findUniqueOrThrow({ where: { id: again.session.id } })
    expect(session).toMatchObject({ amr: ['pwd'], secondFactorAt: null })
    expect(await auditTypesOf(test.database, user.userId)).toContain('DEVICE_REMEMBERED')
    test.clock.advance(30 * 86_400)
    expect(await kindOf(browser, user.email)).toBe(required)
  })

  it('sends a token of its own with BODY transport, and no cookie', async () => {
    const user = await signUpWithTotp(test)
    const app = test.actor(from(home))
    const { rememberedDeviceToken, deviceToken } = await remember(user, app)
    expect(rememberedDeviceToken).toMatch(/^ghm_/)
    expect(app.cookies.size).toBe(0)
    const body = { tokenTransport: 'BODY' }
    expect(await kindOf(app, user.email, { ...body, rememberedDeviceToken })).toBe(skipped)
    expect(await kindOf(app, user.email, { ...body, rememberedDeviceToken: deviceToken, deviceToken })).toBe(
      required,
    )
    expect(await kindOf(app, user.email, { ...body, rememberedDeviceToken: 'ghm_nonsense' })).toBe(required)
  })

  it('stores a digest only', async () => {
    const { user, browser } = await rememberedUser()
    const secret = browser.cookies.get('__Host-gatehouse-remembered') ?? ''
    const row = await test.database.client.rememberedDevice.findFirstOrThrow({
      where: { userId: user.userId },
    })
    expect(JSON.stringify(row)).not.toContain(secret)
    expect(test.log.some((line) => line.includes(secret))).toBe(false)
  })

  it('is that of one account: the password of another one gets a challenge', async () => {
    const { browser } = await rememberedUser()
    const other = await signUpWithTotp(test)
    expect(await kindOf(browser, other.email)).toBe(required)
  })

  it('does not replace the password', async () => {
    const { user, browser } = await rememberedUser()
    expect(await kindOf(browser, user.email, { password: newPassword })).toBe('InvalidCredentialsProblem')
  })

  it('is ignored for a sign-in with a risk signal', async () => {
    const { user, browser } = await rememberedUser()
    const moved = test.actor(from('198.51.100.7', agents.curl))
    for (const [name, value] of browser.cookies) moved.cookies.set(name, value)
    expect(await kindOf(moved, user.email)).toBe(required)
    expect(await kindOf(browser, user.email)).toBe(skipped)
  })

  it('is neither offered to nor accepted for moderators and administrators', async () => {
    const { user, browser } = await rememberedUser()
    await setRole(test.database, user.userId, 'MODERATOR')
    expect(await kindOf(browser, user.email)).toBe(required)
    const moderator = await enrolTotp(test, await signUpAs(test, 'MODERATOR'))
    const actor = test.actor(from(home))
    expect(await remember(moderator, actor)).toMatchObject({ rememberedDeviceToken: null })
  })

  it('is not remembered unless the user chooses so', async () => {
    const user = await signUpWithTotp(test)
    const browser = test.actor(from(home))
    const token = await challenge(browser, user.email, { tokenTransport: 'COOKIE' })
    await complete(browser, token, { code: nextCode(test, user) })
    expect(browser.cookies.has('__Host-gatehouse-remembered')).toBe(false)
    expect(await kindOf(browser, user.email)).toBe(required)
  })
})

type Remembered = Awaited<ReturnType<typeof rememberedUser>>

const act = (viewer: Pick<SignedIn, 'accessToken'>, document: string, input: Input) =>
  askAs(test, viewer, document, { input })

/** A session of the user with both factors, proven now. */
async function freshViewer({ user }: Pick<Remembered, 'user'>) {
  const actor = test.actor(from(home))
  const token = await challenge(actor, user.email)
  const { tokens } = await complete(actor, token, { code: nextCode(test, user) })
  return { accessToken: String(tokens.accessToken) }
}

const endings: readonly [string, (remembered: Remembered) => Promise<unknown>][] = [
  [
    'a change of the password',
    async (remembered) =>
      act(await freshViewer(remembered), changePasswordDocument, {
        currentPassword: goodPassword,
        newPassword,
      }),
  ],
  [
    'a reset of the password',
    async ({ user: { email } }) => {
      await test.actor().ask(requestPasswordResetDocument, { input: { email } })
      const token = await tokenFor(test, email, 'reset-password')
      return test.actor().ask(resetPasswordDocument, { input: { token, newPassword } })
    },
  ],
  [
    'an added factor',
    async (remembered) => enrolTotp(test, { ...remembered.user, ...(await freshViewer(remembered)) }),
  ],
  [
    'a report',
    async ({ user }) => act(user, reportUnrecognizedSessionDocument, { sessionId: user.sessionId }),
  ],
  [
    'a lock',
    async ({ user: { userId } }) =>
      act(await signUpAs(test, 'ADMIN'), lockUserDocument, { userId, reason: 'test' }),
  ],
  [
    'logout on all devices',
    async ({ user }) =>
      test.actor().ask(logoutDocument, { input: { allDevices: true } }, Actor.bearer(user.accessToken)),
  ],
  ['forgetRememberedDevices', async ({ user }) => askAs(test, user, forgetRememberedDevicesDocument, {})],
]

describe('remembered devices end with', () => {
  it.each(endings)('%s', async (_name, end) => {
    const remembered = await rememberedUser()
    const { user } = remembered
    await end(remembered)
    const rows = { where: { userId: user.userId } }
    expect(await test.database.client.rememberedDevice.count(rows)).toBe(0)
  })

  it('a reset of the factors', async () => {
    const { user } = await rememberedUser()
    const administrator = await signUpAs(test, 'ADMIN')
    await act(administrator, resetUserFactorsDocument, { userId: user.userId, reason: 'lost' })
    expect(await test.database.client.rememberedDevice.count({ where: { userId: user.userId } })).toBe(0)
  })
})

describe('forgetRememberedDevices', () => {
  it('requires the second step everywhere, and returns the factors', async () => {
    const { user, browser } = await rememberedUser()
    expect(await askAs(test, user, forgetRememberedDevicesDocument, {})).toMatchObject({
      __typename: 'ForgetRememberedDevicesSuccess',
      factors: { rememberedDevices: 0, secondStepRequired: true },
    })
    expect(await kindOf(browser, user.email)).toBe(required)
    await askAs(test, user, forgetRememberedDevicesDocument, {})
    const types = await auditTypesOf(test.database, user.userId)
    expect(types.filter((type) => type === 'DEVICES_FORGOTTEN')).toHaveLength(1)
  })
})

describe('setSecondStep', () => {
  const choose = (user: Pick<SignedIn, 'accessToken'>, isRequired: boolean) =>
    act(user, setSecondStepDocument, { required: isRequired })

  it('is refused without a recent proof of the second factor, and changes nothing', async () => {
    const user = await signUpAs(test, 'USER')
    await insertPasskey(test.database, user.userId)
    expect(await choose(user, true)).toMatchObject({ code: 'REAUTHENTICATION_REQUIRED' })
    expect(await kindOf(test.actor(), user.email)).toBe(skipped)
  })

  it('finds nothing to choose without a factor', async () => {
    const user = await signUpAs(test, 'USER')
    expect(await choose(user, true)).toMatchObject({ code: 'NOT_FOUND' })
  })

  it('makes passkeys a second step of the password, and gives recovery codes', async () => {
    const user = await signUpWithTotp(test)
    const { client } = test.database
    await client.recoveryCode.deleteMany({ where: { userId: user.userId } })
    const viewer = await freshViewer({ user })
    await insertPasskey(test.database, user.userId)
    await client.totpSecret.deleteMany({ where: { userId: user.userId } })
    expect(await kindOf(test.actor(), user.email)).toBe(skipped)
    const chosen = await choose(viewer, true)
    expect(chosen).toMatchObject({ factors: { secondStepRequired: true, recoveryCodesLeft: 10 } })
    expect(chosen.recoveryCodes).toHaveLength(10)
    expect(await kindOf(test.actor(), user.email)).toBe(required)
    expect(await choose(viewer, false)).toMatchObject({
      factors: { secondStepRequired: false },
      recoveryCodes: null,
    })
    expect(await kindOf(test.actor(), user.email)).toBe(skipped)
    const types = await auditTypesOf(test.database, user.userId)
    expect(types.filter((type) => type === 'SECOND_STEP_CHANGED')).toHaveLength(2)
    await choose(viewer, false)
    const mails = await mailsTo(test, user.email)
    const subjects = mails.map(({ subject }) => subject).filter((subject) => subject.includes('second step'))
    expect(subjects.sort()).toEqual([
      'Passkeys as a second step were switched off for your Gatehouse account',
      'Passkeys as a second step were switched on for your Gatehouse account',
    ])
    const link = await tokenFor(test, user.email, 'report-session')
    const reported = await test.actor().ask(reportUnrecognizedSessionDocument, { input: { token: link } })
    expect(reported.data.reportUnrecognizedSession.revokedSessions).toBeGreaterThan(0)
  })
})
