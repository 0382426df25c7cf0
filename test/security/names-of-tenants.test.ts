import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { PrismaTenantStore } from '../../src/adapters/prisma/stores/prisma-tenant-store.ts'
import { resultOf } from '../support/answers.ts'
import { usersDocument } from '../support/operations.ts'
import { askAs, askLogin, type SignedIn, signUpAs } from '../support/people.ts'
import { insertTenant } from '../support/rows.ts'
import { freshSlug } from '../support/tenant-calls.ts'
import { deactivateTenant } from '../support/tenant-state.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

/** The number of statements is what the time of an answer shows: a look-up in the database takes longer than one in memory. */
let test: TestApp
const readsBySlug = vi.spyOn(PrismaTenantStore.prototype, 'findBySlug')
beforeAll(async () => {
  test = await createTestApp()
})
beforeEach(() => void readsBySlug.mockClear())
afterAll(async () => {
  readsBySlug.mockRestore()
  await test.close()
})

async function reads(work: () => Promise<unknown>): Promise<{ answer: unknown; statements: number }> {
  readsBySlug.mockClear()
  const answer = await work()
  return { answer, statements: readsBySlug.mock.calls.length }
}

describe('a stranger', () => {
  const calls: Readonly<Record<string, (tenant: string) => Promise<unknown>>> = {
    login: (tenant) => askLogin(test.actor(), 'someone@example.com', { tenant }),
    register: async (tenant) =>
      resultOf(
        await test
          .actor()
          .ask(
            'mutation ($input: RegisterInput!) { register(input: $input) { ... on AuthInvalidInputProblem { issues { path code } } } }',
            { input: { email: freshEmail(), password: goodPassword, tenant } },
          ),
      ),
    passwordPolicy: async (tenant) =>
      (
        await test
          .actor()
          .ask('query ($tenant: String) { passwordPolicy(tenant: $tenant) { minLength } }', { tenant })
      ).data,
    resendVerificationEmail: async (tenant) =>
      (
        await test
          .actor()
          .ask(
            'mutation ($input: ResendVerificationEmailInput!) { resendVerificationEmail(input: $input) { __typename } }',
            { input: { email: 'someone@example.com', tenant } },
          )
      ).data,
  }

  it.each(Object.entries(calls))(
    'of %s cannot distinguish an inactive tenant from none',
    async (_name, call) => {
      const inactive = await insertTenant(test.database)
      await call(inactive)
      await deactivateTenant(test, inactive)
      await call(inactive)
      const none = freshSlug()
      await call(none)
      expect(await reads(() => call(inactive))).toEqual(await reads(() => call(none)))
    },
  )
})

describe('an administrator', () => {
  let admin: SignedIn
  beforeAll(async () => {
    admin = await signUpAs(test, 'ADMIN', await insertTenant(test.database))
  })

  it('cannot distinguish tenants in the filter of users', async () => {
    const victim = await insertTenant(test.database)
    const ask = (tenant: string) => askAs(test, admin, usersDocument, { first: 1, filter: { tenant } })
    await ask(victim)
    const answers = []
    for (const tenant of [victim, 'default', freshSlug()]) answers.push(await reads(() => ask(tenant)))
    expect(answers[0]).toMatchObject({ answer: { code: 'BAD_USER_INPUT' }, statements: 0 })
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  })
})
