import { expect } from 'vitest'
import type { UserRole } from '../../src/domain/users/user.ts'
import { Actor, type GraphqlAnswer } from './actor.ts'
import { resultOf } from './answers.ts'
import { loginDocument, logoutDocument, meDocument, refreshDocument, registerDocument } from './operations.ts'
import { setRole } from './rows.ts'
import { freshEmail, goodPassword, type TestApp } from './test-app.ts'

/** A user with a session. Tokens that travel in cookies are empty here. */
export interface SignedIn {
  readonly actor: Actor
  readonly userId: string
  readonly sessionId: string
  readonly email: string
  readonly accessToken: string
  readonly refreshToken: string
  readonly csrfToken: string
}

type Input = Readonly<Record<string, unknown>>

// Users. A refused request fails the test.

/** Registers a user with a unique address. */
export async function signUp(actor: Actor, input: Input = {}): Promise<SignedIn> {
  const answer = await actor.ask(registerDocument, {
    input: { email: freshEmail(), password: goodPassword, ...input },
  })
  return signedIn(actor, answer, answer.data?.register)
}

/** Signs in with the password that all users of the tests have. */
export async function signIn(actor: Actor, identifier: string, input: Input = {}): Promise<SignedIn> {
  const answer = await actor.ask(loginDocument, { input: { identifier, password: goodPassword, ...input } })
  return signedIn(actor, answer, answer.data?.login)
}

/** Registers a user with a role and signs in; in the default tenant, unless another one is named. */
export async function signUpAs(test: TestApp, role: UserRole, tenant?: string): Promise<SignedIn> {
  const input = tenant === undefined ? {} : { tenant }
  const { userId, email } = await signUp(test.actor(), input)
  await setRole(test.database, userId, role)
  return signIn(test.actor(), email, input)
}

/** Refreshes and returns the new refresh token. */
export async function rotate(actor: Actor, refreshToken: string): Promise<string> {
  const refreshed = await askRefresh(actor, refreshToken)
  expect(refreshed).toMatchObject({ __typename: 'RefreshSuccess' })
  return refreshed.tokens.refreshToken
}

// Results, for tests that expect a success or a problem. An error in `errors` fails the test.

/** The result of login. */
export async function askLogin(actor: Actor, identifier: string, input: Input = {}) {
  const answer = await actor.ask(loginDocument, { input: { identifier, password: goodPassword, ...input } })
  expect(answer.errors).toEqual([])
  return answer.data.login
}

/** The result of refresh; `device` as in RefreshInput. */
export async function askRefresh(actor: Actor, refreshToken: string, device?: Input) {
  const input = device === undefined ? { refreshToken } : { refreshToken, device }
  const answer = await actor.ask(refreshDocument, { input })
  expect(answer.errors).toEqual([])
  return answer.data.refresh
}

// Results or errors.

/** The id of the user of an access token, or the reason why `me` refuses the token. */
export async function whoIs(actor: Actor, accessToken: string): Promise<string | null> {
  const answer = await tryMe(actor, accessToken)
  const reason = answer.errors[0]?.extensions.reason
  return typeof reason === 'string' ? reason : (answer.data.me?.id ?? null)
}

/** Sends an operation with an access token; the value of its only root field, or the extensions of its error. */
export async function askAs(
  test: TestApp,
  viewer: Pick<SignedIn, 'accessToken'>,
  document: string,
  variables: Input,
) {
  return resultOf(await test.actor().ask(document, variables, Actor.bearer(viewer.accessToken)))
}

// Whole answers, for tests in which the service may be unavailable. Nothing is expected of them.

export function tryLogin(actor: Actor, identifier: string, password = goodPassword): Promise<GraphqlAnswer> {
  return actor.ask(loginDocument, { input: { identifier, password } })
}

export function tryRefresh(actor: Actor, refreshToken: string): Promise<GraphqlAnswer> {
  return actor.ask(refreshDocument, { input: { refreshToken } })
}

export function tryLogout(actor: Actor, accessToken: string): Promise<GraphqlAnswer> {
  return actor.ask(logoutDocument, {}, Actor.bearer(accessToken))
}

export function tryMe(actor: Actor, accessToken: string): Promise<GraphqlAnswer> {
  return actor.ask(meDocument, {}, Actor.bearer(accessToken))
}

// biome-ignore lint/suspicious/noExplicitAny: tests inspect data of any shape
function signedIn(actor: Actor, answer: GraphqlAnswer, result: any): SignedIn {
  expect(answer.errors).toEqual([])
  expect(result.__typename).toMatch(/^(Register|Login)Success$/)
  const { user, session, tokens } = result
  return {
    actor,
    userId: user.id,
    sessionId: session.id,
    email: user.email,
    accessToken: tokens.accessToken ?? '',
    refreshToken: tokens.refreshToken ?? '',
    csrfToken: tokens.csrfToken ?? '',
  }
}
