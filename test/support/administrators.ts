import type { UserRole } from '../../src/domain/users/user.ts'
import { Actor, type GraphqlAnswer } from './actor.ts'
import { type SignedIn, signIn, signUp } from './people.ts'
import { setRole } from './rows.ts'
import type { TestApp } from './test-app.ts'

/** Somebody of that role who has just signed in; of a further tenant, if one is named. */
export async function signUpAs(test: TestApp, role: UserRole, tenant?: string): Promise<SignedIn> {
  const input = tenant === undefined ? {} : { tenant }
  const { userId, email } = await signUp(test.actor(), input)
  await setRole(test.database, userId, role)
  return signIn(test.actor(), email, input)
}

/** What the only field of an operation answers; of a refusal its extensions. */
// biome-ignore lint/suspicious/noExplicitAny: what a server answers is what the test is about
export function outcomeOf(answer: GraphqlAnswer): any {
  const [error] = answer.errors
  return error === undefined ? Object.values(answer.data)[0] : error.extensions
}

/** Asks as somebody, by the access token. */
export async function askAs(
  test: TestApp,
  viewer: Pick<SignedIn, 'accessToken'>,
  document: string,
  variables: Readonly<Record<string, unknown>>,
) {
  return outcomeOf(await test.actor().ask(document, variables, Actor.bearer(viewer.accessToken)))
}
