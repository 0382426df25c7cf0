import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  deleteAccountDocument,
  lockUserDocument,
  setUserActiveDocument,
  setUserRoleDocument,
} from '../support/operations.ts'
import { askAs, type SignedIn, signIn, signUpAs } from '../support/people.ts'
import { insertTenant } from '../support/rows.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

const rounds = 20
let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

/** Administrators of a tenant of their own. */
async function administrators(count: number): Promise<{ tenant: string; people: SignedIn[] }> {
  const tenant = await insertTenant(test.database)
  const people: SignedIn[] = []
  while (people.length < count) people.push(await signUpAs(test, 'ADMIN', tenant))
  return { tenant, people }
}

/** How many of them can still act as administrators. */
function left(people: readonly SignedIn[]): Promise<number> {
  const ids = people.map(({ userId }) => userId)
  return test.database.client.user.count({
    where: { id: { in: ids }, role: 'ADMIN', active: true, lockedAt: null },
  })
}

/** Restores all of them and signs them in again. */
async function restore(people: readonly SignedIn[], tenant: string): Promise<SignedIn[]> {
  const ids = people.map(({ userId }) => userId)
  await test.database.client.user.updateMany({
    where: { id: { in: ids } },
    data: { role: 'ADMIN', active: true, lockedAt: null, lockedUntil: null },
  })
  return Promise.all(people.map(({ email }) => signIn(test.actor(), email, { tenant })))
}

const attacks = [
  { what: 'demote', document: setUserRoleDocument, input: { role: 'USER' } },
  { what: 'lock', document: lockUserDocument, input: { reason: 'first' } },
  { what: 'deactivate', document: setUserActiveDocument, input: { active: false } },
]

describe('administrators who act on each other at once', () => {
  it.each(attacks)(
    `leave one of two when they $what each other (${rounds} rounds)`,
    async ({ document, input }) => {
      const { tenant, people } = await administrators(2)
      let [one, other] = people
      for (let round = 0; round < rounds; round++) {
        if (one === undefined || other === undefined) throw new Error('There are two.')
        const answers = await Promise.all([
          askAs(test, one, document, { input: { ...input, userId: other.userId } }),
          askAs(test, other, document, { input: { ...input, userId: one.userId } }),
        ])
        expect(answers.filter(({ __typename }) => __typename === 'UserChangeSuccess')).toHaveLength(1)
        expect(await left(people)).toBe(1)
        ;[one, other] = await restore(people, tenant)
      }
    },
    240_000,
  )

  it('leave one of five if each of them demotes all others', async () => {
    const { people } = await administrators(5)
    const all = people.flatMap((one) =>
      people.filter((other) => other !== one).map((other) => ({ one, other })),
    )
    await Promise.all(
      all.map(({ one, other }) =>
        askAs(test, one, setUserRoleDocument, { input: { userId: other.userId, role: 'USER' } }),
      ),
    )
    expect(await left(people)).toBe(1)
  })

  it('leave one if both delete their accounts while one demotes the other', async () => {
    for (let round = 0; round < 5; round++) {
      const { people } = await administrators(2)
      const [one, other] = people
      if (one === undefined || other === undefined) throw new Error('There are two.')
      const input = { currentPassword: goodPassword }
      await Promise.all([
        askAs(test, one, deleteAccountDocument, { input }),
        askAs(test, one, setUserRoleDocument, { input: { userId: other.userId, role: 'USER' } }),
        askAs(test, other, deleteAccountDocument, { input }),
      ])
      expect(await left(people)).toBe(1)
    }
  })

  it.each([
    ['without an end', undefined],
    ['for eight thousand years', '9999-12-31T00:00:00.000Z'],
    ['for an hour', 3_600_000],
  ])(
    'do not count an administrator who is locked %s when another one deletes their account',
    async (_how, lock) => {
      const { people } = await administrators(2)
      const [one, other] = people
      if (one === undefined || other === undefined) throw new Error('There are two.')
      const until =
        typeof lock === 'number' ? new Date(test.clock.now().getTime() + lock).toISOString() : lock
      const locked = { userId: other.userId, reason: 'gone', until }
      expect(await askAs(test, one, lockUserDocument, { input: locked })).toMatchObject({
        __typename: 'UserChangeSuccess',
      })
      const input = { currentPassword: goodPassword }
      expect(await askAs(test, one, deleteAccountDocument, { input })).toMatchObject({
        issues: [{ code: 'LAST_ADMINISTRATOR' }],
      })
    },
  )

  it('count an administrator whose lock has ended', async () => {
    const { people, tenant } = await administrators(2)
    const [one, other] = people
    if (one === undefined || other === undefined) throw new Error('There are two.')
    const until = new Date(test.clock.now().getTime() + 60_000).toISOString()
    const locked = { userId: other.userId, reason: 'a minute', until }
    await askAs(test, one, lockUserDocument, { input: locked })
    test.clock.advance(61)
    const input = { currentPassword: goodPassword }
    const again = await signIn(test.actor(), one.email, { tenant })
    expect(await askAs(test, again, deleteAccountDocument, { input })).toMatchObject({
      __typename: 'DeleteAccountSuccess',
    })
  })
})
