import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenTransports } from '../../src/domain/sessions/session.ts'
import { createSchema } from '../../src/graphql/schema.ts'
import { Actor } from '../support/actor.ts'
import { outcomeOf, resultOf } from '../support/answers.ts'
import { makeKey } from '../support/api-keys.ts'
import { EventStream } from '../support/event-stream.ts'
import { Interruption } from '../support/interruption.ts'
import { tokenFor } from '../support/mails.ts'
import {
  confirmTotpDocument,
  createApiKeyDocument,
  reportUnrecognizedSessionDocument,
  requestPasswordResetDocument,
  resetPasswordDocument,
  startTotpEnrolmentDocument,
} from '../support/operations.ts'
import { addPasskey, askStartPasskeyLogin, newAuthenticator } from '../support/passkeys.ts'
import { askAs, askLogin, type SignedIn, signIn, signUp, signUpAs } from '../support/people.ts'
import { insertTotp } from '../support/rows.ts'
import {
  challenge,
  type Enrolled,
  nextCode,
  signUpWithTotp,
  totpCode,
  wrongCode,
} from '../support/second-steps.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'
import { type TokenBearing, tokenBearing } from '../support/token-bearing.ts'

const bearing = tokenBearing(createSchema())
const password = goodPassword
const nextPassword = 'An0ther-horse-battery!'

const interruption = new Interruption()
let test: TestApp
beforeAll(async () => {
  const env = {
    ACCESS_TOKEN_SECONDS: '3600',
    LOCKOUT_FAILURES: '100',
    PASSWORD_MAX_AGE_DAYS: '90',
    MFA_REMEMBER_DEVICE_DAYS: '30',
  }
  test = await createTestApp({ env, infrastructure: interruption.infrastructure })
})
afterAll(() => test.close())

type Input = Readonly<Record<string, unknown>>

/** What an attacker tries: each input, from a browser of its own. They know the password, not the second factor. */
type Attempts = (victim: Enrolled) => Promise<readonly Attempt[]>

interface Attempt {
  readonly input: Input
  readonly actor?: Actor
  readonly headers?: Readonly<Record<string, string>>
}

/** The answers to a sign-in that begins with the password: the challenge, and a code of the attacker's own app. */
async function wrongProofs(victim: Enrolled): Promise<readonly Attempt[]> {
  const actor = test.actor()
  const attacker = await signUpWithTotp(test)
  const proofs: readonly Input[] = [
    {},
    { code: wrongCode(test, victim) },
    { code: totpCode(test, attacker) },
    { recoveryCode: attacker.recoveryCodes[0] },
    { recoveryCode: '1-0000-0000-0000-0000' },
    { passkey: {} },
    { code: null, recoveryCode: null, passkey: null },
  ]
  const challengeToken = await challenge(actor, victim.email)
  return proofs.map((proof) => ({ actor, input: { challengeToken, ...proof } }))
}

/** Passkeys that are not of the account, and one of the attacker that claims to be. */
async function foreignPasskeys({ userId }: Enrolled): Promise<readonly Attempt[]> {
  const stranger = newAuthenticator(test)
  const { authenticator: own } = await addPasskey(test, await signUp(test.actor()))
  const userHandle = Buffer.from(userId.replaceAll('-', ''), 'hex').toString('base64url')
  const responses = [
    (options: object) => stranger.get(options, { userHandle }),
    (options: object) => own.get(options, { userHandle }),
    (options: object) => own.get(options, { userHandle: Buffer.from(userId).toString('base64url') }),
    (options: object) => own.get(options, { signedBy: stranger }),
    () => ({}),
  ]
  return Promise.all(
    responses.map(async (respond) => {
      const { ceremonyToken, options } = await askStartPasskeyLogin(test)
      return { input: { ceremonyToken, response: respond(options) } }
    }),
  )
}

/** Operations of a session, called with what the attacker holds instead of one. */
const withoutSession =
  (input: Input): Attempts =>
  async (victim) => {
    const challengeToken = await challenge(test.actor(), victim.email)
    return [{ input }, { input, headers: Actor.bearer(challengeToken) }]
  }

/** The token of a device that skips the second step of another account. */
async function rememberedDeviceOf(user: Enrolled): Promise<string> {
  const actor = test.actor()
  const challengeToken = await challenge(actor, user.email)
  const input = { challengeToken, code: nextCode(test, user), rememberDevice: true }
  const document = `mutation ($input: CompleteMfaChallengeInput!) { completeMfaChallenge(input: $input) {
    ... on LoginSuccess { rememberedDeviceToken } } }`
  const { rememberedDeviceToken } = resultOf(await actor.ask(document, { input }))
  expect(rememberedDeviceToken).toEqual(expect.any(String))
  return rememberedDeviceToken
}

/** For every mutation that can return tokens: what could get around the second step. */
const attempts: Readonly<Record<string, Attempts>> = {
  register: async ({ email }) => [{ input: { email, password } }],
  login: async ({ email, actor }) => {
    const logins = tokenTransports.flatMap((tokenTransport) =>
      [false, true].map((rememberMe) => ({
        input: { identifier: email, password, tokenTransport, rememberMe },
      })),
    )
    const remembered = ['', 'ghm_x', await rememberedDeviceOf(await signUpWithTotp(test))]
    const claims = remembered.map((rememberedDeviceToken) => ({
      input: { identifier: email, password, rememberedDeviceToken },
    }))
    // The browser of the owner: its device cookie is that of a known device.
    return [...logins, ...claims, { actor, input: { identifier: email, password } }]
  },
  completeMfaChallenge: wrongProofs,
  loginWithPasskey: foreignPasskeys,
  refresh: async ({ email, userId }) => {
    const challengeToken = await challenge(test.actor(), email)
    return [challengeToken, userId, ''].map((refreshToken) => ({ input: { refreshToken } }))
  },
  changePassword: withoutSession({ currentPassword: password, newPassword: nextPassword }),
  reauthenticate: withoutSession({ password }),
  reauthenticateWith: withoutSession({ password }),
}

function attemptsOf(name: string): Attempts {
  const found = attempts[name]
  if (found === undefined)
    throw new Error(`Add what an attacker with the password can try at ${name} to \`attempts\` in this file.`)
  return found
}

/** The names of all secrets in a result, at any depth. */
function secretsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'string' && /Token$/.test(name) ? [name] : secretsIn(inner),
  )
}

const sessionsOf = ({ userId }: Pick<SignedIn, 'userId'>) =>
  test.database.client.session.count({ where: { userId, revokedAt: null } })

const sessionCookies = (actor: Actor) => actor.sessionCookies.filter((name) => !name.endsWith('challenge'))

async function gainedBy({ document }: TokenBearing, attempt: Attempt): Promise<readonly string[]> {
  const { actor = test.actor(), input, headers = {} } = attempt
  const before = sessionCookies(actor)
  const { data } = await actor.ask(document, { input }, headers)
  const cookies = sessionCookies(actor).filter((name) => !before.includes(name))
  return [...secretsIn(data), ...cookies]
}

describe.each(bearing.map((mutation) => ({ name: mutation.name, mutation })))(
  '$name',
  ({ name, mutation }) => {
    it('gives nothing to a person who knows the password, but not the second factor', async () => {
      const victim = await signUpWithTotp(test)
      const before = await sessionsOf(victim)
      for (const attempt of await attemptsOf(name)(victim))
        expect(await gainedBy(mutation, attempt), JSON.stringify(attempt.input)).toEqual([])
      expect(await sessionsOf(victim)).toBe(before)
    })
  },
)

describe('the mutations that can return tokens', () => {
  it('are all tried here, and no others', () => {
    expect(Object.keys(attempts).toSorted()).toEqual(bearing.map(({ name }) => name).toSorted())
  })

  it('return them to the owner, so that the attempts are of some use', async () => {
    const login = bearing.find(({ name }) => name === 'login')
    if (login === undefined) throw new Error('login returns no tokens.')
    const { email } = await signUp(test.actor())
    const input = { identifier: email, password, tokenTransport: 'HYBRID' }
    const gained = await gainedBy(login, { input })
    expect(gained).toContain('accessToken')
    expect(gained.some((name) => name.startsWith('__Host-'))).toBe(true)
  })

  it('keep the level of a session that began without the second factor', async () => {
    for (const name of ['refresh', 'reauthenticate', 'reauthenticateWith']) {
      const ada = await signUpWithTotp(test)
      const { document } = bearing.find((one) => one.name === name) ?? { document: '' }
      const input = name === 'refresh' ? { refreshToken: ada.refreshToken } : { password }
      const { tokens } = await askAs(test, ada, document, { input })
      expect(decodeJwt(tokens.accessToken), name).toMatchObject({ amr: ['pwd'], acr: 'aal1' })
    }
  })
})

describe('the second step', () => {
  it('is required before a token that replaces an expired password', async () => {
    const ada = await signUpWithTotp(test)
    test.clock.advance(91 * 86_400)
    expect(await askLogin(test.actor(), ada.email)).toMatchObject({ __typename: 'MfaChallenge' })
  })

  it('is required after a reset of the password by mail', async () => {
    const ada = await signUpWithTotp(test)
    await test.actor().ask(requestPasswordResetDocument, { input: { email: ada.email } })
    const token = await tokenFor(test, ada.email, 'reset-password')
    const reset = await test
      .actor()
      .ask(resetPasswordDocument, { input: { token, newPassword: nextPassword } })
    expect(resultOf(reset)).toMatchObject({ __typename: 'ResetPasswordSuccess' })
    const login = await askLogin(test.actor(), ada.email, { password: nextPassword })
    expect(login).toMatchObject({ __typename: 'MfaChallenge' })
  })

  it('is required after the report of a session', async () => {
    const ada = await signUpWithTotp(test)
    const reported = await askAs(test, ada, reportUnrecognizedSessionDocument, {
      input: { sessionId: ada.sessionId },
    })
    expect(reported).toMatchObject({ __typename: 'ReportUnrecognizedSessionSuccess' })
    const token = await tokenFor(test, ada.email, 'reset-password')
    await test.actor().ask(resetPasswordDocument, { input: { token, newPassword: nextPassword } })
    const login = await askLogin(test.actor(), ada.email, { password: nextPassword })
    expect(login).toMatchObject({ __typename: 'MfaChallenge' })
  })

  it('is required of a login that began before the app was confirmed', async () => {
    const ada = await signUp(test.actor())
    const { secret } = await askAs(test, ada, startTotpEnrolmentDocument, {})
    const confirm = () =>
      askAs(test, ada, confirmTotpDocument, { input: { code: totpCode(test, { secret }) } })
    const login = await interruption.during(confirm, () => askLogin(test.actor(), ada.email))
    expect(login).toMatchObject({ __typename: 'InvalidCredentialsProblem' })
    expect(await sessionsOf(ada)).toBe(1)
    expect(await askLogin(test.actor(), ada.email)).toMatchObject({ __typename: 'MfaChallenge' })
  })

  it('ends the event streams of sessions that began without it', async () => {
    const ada = await signUp(test.actor())
    const other = await signIn(test.actor(), ada.email)
    const query = 'subscription { sessionEvents { type sessionId } }'
    const headers = { accept: 'text/event-stream', ...Actor.bearer(other.accessToken) }
    const stream = new EventStream(await test.actor().send({ query }, headers))
    const { secret } = await askAs(test, ada, startTotpEnrolmentDocument, {})
    await askAs(test, ada, confirmTotpDocument, { input: { code: totpCode(test, { secret }) } })
    await stream.end()
    expect(stream.ended).toBe(true)
  })
})

describe('an API key of an account without the second factor that the policy requires', () => {
  it('is refused from the deadline on, also if it was just used, until the account has one', async () => {
    const strict = await createTestApp({ env: { MFA: 'privileged', MFA_ADMIN_ACTIONS: 'aal1' } })
    try {
      const admin = await signUpAs(strict, 'ADMIN')
      const enrolFactorBy = new Date(strict.clock.now().getTime() + 60_000)
      await strict.database.client.user.update({ where: { id: admin.userId }, data: { enrolFactorBy } })
      const { secret } = await makeKey(strict, admin.accessToken, { permissions: ['users:read'] })
      const use = async () =>
        outcomeOf(await strict.actor().ask('{ users { nodes { id } } }', {}, { 'x-api-key': secret }))
      expect(await use()).toBe('answered')
      strict.clock.advance(59)
      expect(await use()).toBe('answered')
      strict.clock.advance(2)
      expect(await use()).toBe('UNAUTHENTICATED')
      await insertTotp(strict.database, admin.userId)
      strict.clock.advance(11)
      expect(await use()).toBe('answered')
    } finally {
      await strict.close()
    }
  })

  it('is not created where administrative actions require two factors', async () => {
    const strict = await createTestApp({ env: { MFA: 'privileged' } })
    try {
      const admin = await signUpAs(strict, 'ADMIN')
      const input = { name: 'a key', permissions: ['users:read'] }
      expect(await askAs(strict, admin, createApiKeyDocument, { input })).toMatchObject({
        __typename: 'ReauthenticationRequiredProblem',
        acceptable: [],
        requiredAssurance: 'AAL2',
      })
    } finally {
      await strict.close()
    }
  })
})
