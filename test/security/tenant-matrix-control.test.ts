import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSchema } from '../../src/graphql/schema.ts'
import { Actor } from '../support/actor.ts'
import { stepUp } from '../support/passkeys.ts'
import { signUp } from '../support/people.ts'
import { insertTenant } from '../support/rows.ts'
import { rootFields } from '../support/schema-rules.ts'
import { shapeOf } from '../support/tenant-matrix/answer-shape.ts'
import { argumentKinds, isObjectKind, type ObjectKind } from '../support/tenant-matrix/argument-kinds.ts'
import { placesOf } from '../support/tenant-matrix/argument-places.ts'
import { askWith } from '../support/tenant-matrix/ask-root.ts'
import { makeObjects, nothingLike } from '../support/tenant-matrix/tenant-objects.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

/** Kinds that belong to the person; the others to the administrator. */
const ofPerson: ReadonlySet<ObjectKind> = new Set(['session', 'passkey', 'emailChange'])

/** Places where an own object gets the answer for none, for reasons besides tenants. */
const alike: Readonly<Record<string, string>> = {
  'Mutation.createTenant(input.administratorEmail)': 'Only for administrators of the tenant `default`.',
  'Mutation.createTenant(input.slug)': 'Only for administrators of the tenant `default`.',
  'Mutation.finishPasskeyRegistration(input.ceremonyToken)': 'The sample has no authenticator.',
  'Mutation.login(input.deviceToken)': 'A token of a device never decides a sign-in.',
  'Mutation.reauthenticateWith(input.ceremonyToken)': 'The sample has no authenticator.',
  'Mutation.requestEmailChange(input.newEmail)': 'No answer reveals an account.',
  'Mutation.requestPasswordReset(input.email)': 'No answer reveals an account.',
  'Mutation.resendVerificationEmail(input.email)': 'No answer reveals an account.',
  'Mutation.setTenantActive(input.slug)': 'Only for administrators of the tenant `default`.',
  'Mutation.revokeToken(input.jti)': 'Only for the tenant `default`, whose administrators may name any id.',
  'Mutation.revokeTokens(input.jtis)': 'Only for the tenant `default`, whose administrators may name any id.',
}

const named = rootFields(createSchema()).flatMap((root) =>
  placesOf(root.place, root.field).flatMap((place) => {
    const kind = argumentKinds.get(place.name)
    return isObjectKind(kind) && kind !== 'cursor' ? [{ root, place, kind, name: place.name }] : []
  }),
)

/**
 * The matrix compares answers: it proves something only where an object of the own tenant gets another answer than none. These tests
 * prove that, with the same calls.
 */
describe('within a tenant', () => {
  it.each(named)(
    'an own object gets another answer than none: $name',
    async ({ root, place, kind, name }) => {
      const objects = await makeObjects(test, await insertTenant(test.database))
      const { slug, admin, person } = objects
      const own = { slug, colleague: await signUp(test.actor(), { tenant: slug }) }
      const viewer = ofPerson.has(kind) ? await stepUp(test, person) : admin
      const headers = Actor.bearer(viewer.accessToken)
      const object = objects.of[kind]
      const nothing = nothingLike(kind, object)
      const none = shapeOf(await askWith(test, root, place, { own, object: nothing, headers }), nothing)
      const found = shapeOf(await askWith(test, root, place, { own, object, headers }), object)
      if (name in alike) expect(found, alike[name]).toEqual(none)
      else expect(found).not.toEqual(none)
    },
  )
})
