import type { GraphQLField } from 'graphql'
import { expect } from 'vitest'
import type { GraphqlAnswer } from '../actor.ts'
import type { SignedIn } from '../people.ts'
import { sampleVariables } from '../sample-operations.ts'
import { freshSlug } from '../tenant-calls.ts'
import { freshEmail, goodPassword, type TestApp } from '../test-app.ts'
import type { ArgumentPlace } from './argument-places.ts'
import { deepOperation, withValue } from './deep-selection.ts'
import type { TenantObjects } from './tenant-objects.ts'

type Variables = Readonly<Record<string, unknown>>

export interface Root {
  /** For example `Mutation.lockUser`. */
  readonly place: string
  readonly field: GraphQLField<unknown, unknown>
}

/** The tenant of the callers. */
export interface Own {
  readonly slug: string
  readonly colleague: Pick<SignedIn, 'userId' | 'email'>
}

/** Valid input besides the object, where a sample would be refused for another reason. */
const baseInputs: Readonly<Record<string, (own: Own) => Variables>> = {
  'Mutation.createTenant': () => ({ slug: freshSlug() }),
  'Mutation.login': ({ slug, colleague }) => ({
    identifier: colleague.email,
    password: goodPassword,
    tenant: slug,
  }),
  'Mutation.reauthenticateWith': () => ({ passkey: {} }),
  'Mutation.register': ({ slug }) => ({ email: freshEmail(), password: goodPassword, tenant: slug }),
  'Mutation.requestEmailChange': () => ({ newEmail: freshEmail(), currentPassword: goodPassword }),
  'Mutation.requestPasswordReset': ({ slug }) => ({ email: freshEmail(), tenant: slug }),
  'Mutation.resendVerificationEmail': ({ slug }) => ({ email: freshEmail(), tenant: slug }),
  'Mutation.setUserRoles': ({ colleague }) => ({ userId: colleague.userId, roles: [] }),
}

/** Valid variables that name nothing but what belongs to the tenant of the callers. */
export function variablesOf({ place, field }: Root, own: Own): Variables {
  const sample = sampleVariables(field)
  const base = baseInputs[place]?.(own)
  return base === undefined ? sample : { ...sample, input: { ...Object(sample.input), ...base } }
}

/** Asks for everything that the field can show. */
export async function askRoot(
  test: TestApp,
  { place, field }: Root,
  variables: Variables,
  headers: Readonly<Record<string, string>>,
): Promise<GraphqlAnswer> {
  const answer = await test.actor().ask(deepOperation(place, field), { ...variables }, headers)
  const codes = answer.errors.map(({ extensions }) => extensions.code)
  expect(codes).not.toContain('GRAPHQL_VALIDATION_FAILED')
  // Callers without valid credentials would prove nothing.
  if (Object.keys(headers).length > 0) expect(codes).not.toContain('UNAUTHENTICATED')
  return answer
}

/** The same with an object at a place. */
export function askWith(
  test: TestApp,
  root: Root,
  { path }: ArgumentPlace,
  call: { readonly own: Own; readonly object: string; readonly headers: Readonly<Record<string, string>> },
): Promise<GraphqlAnswer> {
  const variables = withValue(variablesOf(root, call.own), path, call.object)
  return askRoot(test, root, variables, call.headers)
}

/** What an answer shows of a tenant, apart from what the caller knows anyway. */
export function shownMarks(
  { data, errors }: GraphqlAnswer,
  { marks }: TenantObjects,
  named: readonly string[],
): readonly string[] {
  const text = JSON.stringify([data, errors])
  return marks.filter((one) => !named.includes(one) && text.includes(one))
}
