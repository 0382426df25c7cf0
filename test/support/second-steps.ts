import { randomUUID } from 'node:crypto'
import { HOTP, Secret } from 'otpauth'
import { expect } from 'vitest'
import { AesSealer } from '../../src/adapters/crypto/aes-sealer.ts'
import { totpSealingPurpose } from '../../src/domain/factors/totp.ts'
import type { Clock } from '../../src/lib/time/clock.ts'
import type { Actor, GraphqlAnswer } from './actor.ts'
import {
  completeMfaChallengeDocument,
  confirmTotpDocument,
  startTotpEnrolmentDocument,
} from './operations.ts'
import { askAs, askLogin, type SignedIn, signUp } from './people.ts'
import type { TestApp } from './test-app.ts'

const stepSeconds = 30

/** A user with an authenticator app. */
export interface Enrolled extends SignedIn {
  /** Base32. */
  readonly secret: string
  readonly recoveryCodes: readonly string[]
}

type Input = Readonly<Record<string, unknown>>

/** The code that an authenticator app shows, so many steps after the present one of the test. */
export function totpCode(
  { clock }: { readonly clock: Clock },
  { secret }: { secret: string },
  steps = 0,
): string {
  const counter = Math.floor(clock.now().getTime() / 1000 / stepSeconds) + steps
  return HOTP.generate({ secret: Secret.fromBase32(secret), digits: 6, counter })
}

/** A code that is wrong now. */
export function wrongCode(test: Pick<TestApp, 'clock'>, user: { secret: string }): string {
  const right = [-1, 0, 1].map((steps) => totpCode(test, user, steps))
  return ['000000', '111111', '222222', '333333'].find((code) => !right.includes(code)) ?? ''
}

/** Moves the clock so that the app shows another code, which no test has used. */
export function nextCode(test: Pick<TestApp, 'clock'>, user: { secret: string }): string {
  test.clock.advance(stepSeconds)
  return totpCode(test, user)
}

/** Adds an authenticator app to the account of a signed-in user. */
export async function enrolTotp<User extends SignedIn>(test: TestApp, user: User): Promise<User & Enrolled> {
  const started = await askAs(test, user, startTotpEnrolmentDocument, {})
  expect(started).toMatchObject({ __typename: 'StartTotpEnrolmentSuccess' })
  const { secret } = started
  const confirmed = await askAs(test, user, confirmTotpDocument, {
    input: { code: totpCode(test, { secret }) },
  })
  expect(confirmed).toMatchObject({ __typename: 'ConfirmTotpSuccess' })
  return { ...user, secret, recoveryCodes: confirmed.recoveryCodes ?? [] }
}

/** Gives an account a confirmed authenticator app, without the API: no session ends. */
export async function insertApp(test: TestApp, userId: string): Promise<{ readonly secret: string }> {
  const secret = new Secret({ size: 20 })
  const sealer = new AesSealer(test.config.secrets.masterKey)
  const sealedSecret = sealer.seal(secret.bytes, totpSealingPurpose(userId))
  const now = test.clock.now()
  const data = { id: randomUUID(), userId, sealedSecret, createdAt: now, confirmedAt: now }
  await test.database.client.totpSecret.create({ data })
  return { secret: secret.base32 }
}

/** Registers a user and adds an authenticator app. */
export async function signUpWithTotp(test: TestApp, input: Input = {}): Promise<Enrolled> {
  return enrolTotp(test, await signUp(test.actor(), input))
}

/** The challenge that the right password gets. */
export async function challenge(actor: Actor, identifier: string, input: Input = {}): Promise<string> {
  const answer = await askLogin(actor, identifier, input)
  expect(answer).toMatchObject({ __typename: 'MfaChallenge' })
  return answer.challengeToken
}

/** The result of completeMfaChallenge. */
export async function complete(actor: Actor, challengeToken: string, proof: Input) {
  const answer = await tryComplete(actor, challengeToken, proof)
  expect(answer.errors).toEqual([])
  return answer.data.completeMfaChallenge
}

/** The whole answer. */
export function tryComplete(actor: Actor, challengeToken: string, proof: Input): Promise<GraphqlAnswer> {
  return actor.ask(completeMfaChallengeDocument, { input: { challengeToken, ...proof } })
}

/** Signs in with the password and the next code: both factors are proven recently. */
export async function signInWithTotp<User extends Enrolled>(test: TestApp, user: User): Promise<User> {
  const actor = test.actor()
  const done = await complete(actor, await challenge(actor, user.email), { code: nextCode(test, user) })
  expect(done).toMatchObject({ __typename: 'LoginSuccess' })
  const { accessToken, refreshToken, csrfToken } = done.tokens
  return { ...user, actor, sessionId: done.session.id, accessToken, refreshToken, csrfToken: csrfToken ?? '' }
}
