import { Actor, type GraphqlAnswer } from './actor.ts'
import { freshEmail, goodPassword } from './test-app.ts'

const tokens = 'tokens { accessToken refreshToken csrfToken }'
const problem = '... on AuthProblem { code message }'
export const registerMutation = `mutation Register($input: RegisterInput!) { register(input: $input) { __typename ... on RegisterSuccess { user { id } session { id } ${tokens} } ${problem} } }`
export const loginMutation = `mutation Login($input: LoginInput!) { login(input: $input) { __typename ... on LoginSuccess { user { id } session { id } ${tokens} } ${problem} } }`
export const refreshMutation = `mutation Refresh($input: RefreshInput) { refresh(input: $input) { __typename ... on RefreshSuccess { session { id } ${tokens} } ${problem} } }`
export const logoutMutation =
  'mutation Logout($input: LogoutInput) { logout(input: $input) { ... on LogoutSuccess { revokedSessions } } }'
export const revokeMutation =
  'mutation Revoke($id: ID!) { revokeSession(input: { sessionId: $id }) { __typename } }'

/** Somebody who has signed in with tokens in the body. */
export interface SignedInActor {
  readonly actor: Actor
  readonly email: string
  readonly userId: string
  readonly sessionId: string
  readonly accessToken: string
  readonly refreshToken: string
}

/** Registers a new account. */
export async function signUp(actor: Actor, email = freshEmail()): Promise<SignedInActor> {
  const answer = await actor.ask(registerMutation, { input: { email, password: goodPassword } })
  return signedIn(actor, email, answer, 'register')
}

/** Signs in with the password that `signUp` uses. */
export async function signIn(actor: Actor, email: string): Promise<SignedInActor> {
  return signedIn(actor, email, await askLogin(actor, email), 'login')
}

export function askLogin(actor: Actor, identifier: string, password = goodPassword): Promise<GraphqlAnswer> {
  return actor.ask(loginMutation, { input: { identifier, password } })
}

export function askRefresh(actor: Actor, refreshToken: string): Promise<GraphqlAnswer> {
  return actor.ask(refreshMutation, { input: { refreshToken } })
}

export function askLogout(actor: Actor, accessToken: string): Promise<GraphqlAnswer> {
  return actor.ask(logoutMutation, {}, Actor.bearer(accessToken))
}

export function askMe(actor: Actor, accessToken: string): Promise<GraphqlAnswer> {
  return actor.ask('query Me { me { id } }', {}, Actor.bearer(accessToken))
}

/** 'ok', or why the only field was refused: `TOKEN_REVOKED`, `UNAVAILABLE` … */
export function outcomeOf({ errors }: GraphqlAnswer): unknown {
  const [first] = errors
  return first === undefined ? 'ok' : (first.extensions.reason ?? first.extensions.code)
}

function signedIn(actor: Actor, email: string, answer: GraphqlAnswer, field: string): SignedInActor {
  const success = answer.data?.[field]
  if (success?.session === undefined) throw new Error(`${field} was refused: ${JSON.stringify(answer)}`)
  const { user, session, tokens } = success
  return { actor, email, userId: user.id, sessionId: session.id, ...tokens }
}
