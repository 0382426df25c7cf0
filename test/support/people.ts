import { expect } from 'vitest'
import { Actor, type GraphqlAnswer } from './actor.ts'
import { loginDocument, meDocument, refreshDocument, registerDocument } from './operations.ts'
import { freshEmail, goodPassword } from './test-app.ts'

/** Whoever has an account and a session now. What travels in cookies is empty here. */
export interface SignedIn {
  readonly userId: string
  readonly sessionId: string
  readonly email: string
  readonly accessToken: string
  readonly refreshToken: string
  readonly csrfToken: string
}

type Input = Readonly<Record<string, unknown>>

/** Registers somebody with an address that nobody else has. */
export async function signUp(actor: Actor, input: Input = {}): Promise<SignedIn> {
  const answer = await actor.ask(registerDocument, {
    input: { email: freshEmail(), password: goodPassword, ...input },
  })
  return signedIn(answer, answer.data?.register)
}

/** Signs in with the password that everybody here has. */
export async function signIn(actor: Actor, identifier: string, input: Input = {}): Promise<SignedIn> {
  const answer = await actor.ask(loginDocument, { input: { identifier, password: goodPassword, ...input } })
  return signedIn(answer, answer.data?.login)
}

/** Asks to sign in, to see what is answered. */
export async function askLogin(actor: Actor, identifier: string, input: Input = {}) {
  const answer = await actor.ask(loginDocument, { input: { identifier, password: goodPassword, ...input } })
  expect(answer.errors).toEqual([])
  return answer.data.login
}

/** Asks for the successor of a refresh token; `device` as in RefreshInput. */
export async function askRefresh(actor: Actor, refreshToken: string, device?: Input) {
  const input = device === undefined ? { refreshToken } : { refreshToken, device }
  const answer = await actor.ask(refreshDocument, { input })
  expect(answer.errors).toEqual([])
  return answer.data.refresh
}

/** The successor of a refresh token; fails the test when there is none. */
export async function rotate(actor: Actor, refreshToken: string): Promise<string> {
  const refreshed = await askRefresh(actor, refreshToken)
  expect(refreshed).toMatchObject({ __typename: 'RefreshSuccess' })
  return refreshed.tokens.refreshToken
}

/** What `me` says of an access token: the id of its user, or why it is refused. */
export async function whoIs(actor: Actor, accessToken: string): Promise<string | null> {
  const answer = await actor.ask(meDocument, {}, Actor.bearer(accessToken))
  const reason = answer.errors[0]?.extensions.reason
  return typeof reason === 'string' ? reason : (answer.data.me?.id ?? null)
}

// biome-ignore lint/suspicious/noExplicitAny: what a server answers is what the test is about
function signedIn(answer: GraphqlAnswer, result: any): SignedIn {
  expect(answer.errors).toEqual([])
  expect(result.__typename).toMatch(/^(Register|Login)Success$/)
  const { user, session, tokens } = result
  return {
    userId: user.id,
    sessionId: session.id,
    email: user.email,
    accessToken: tokens.accessToken ?? '',
    refreshToken: tokens.refreshToken ?? '',
    csrfToken: tokens.csrfToken ?? '',
  }
}
