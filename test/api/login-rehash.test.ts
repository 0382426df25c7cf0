import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { askLogin, signUp } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { openTestDatabase } from '../support/test-database.ts'

let database: Database
const opened: TestApp[] = []
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(async () => {
  for (const app of opened) await app.close()
  await database.close()
})

/** The service as it stands after its settings have changed. */
async function serviceWith(env: Readonly<Record<string, string>>): Promise<TestApp> {
  const app = await createTestApp({ database, env })
  opened.push(app)
  return app
}

async function storedPassword(userId: string) {
  return database.client.password.findUniqueOrThrow({ where: { userId } })
}

describe('a password that was hashed with other parameters', () => {
  it('is hashed anew at the next sign-in, and only then', async () => {
    const cheap = await serviceWith({ ARGON2_MEMORY_KIB: '8', ARGON2_PASSES: '1' })
    const dear = await serviceWith({ ARGON2_MEMORY_KIB: '64', ARGON2_PASSES: '2' })
    const ada = await signUp(cheap.actor())
    const before = await storedPassword(ada.userId)
    expect(before.hash).toContain('m=8,t=1,p=1')
    await askLogin(dear.actor(), ada.email, { password: 'Wr0ng-horse-battery!' })
    expect(await storedPassword(ada.userId)).toEqual(before)
    expect((await askLogin(dear.actor(), ada.email)).__typename).toBe('LoginSuccess')
    const after = await storedPassword(ada.userId)
    expect(after.hash).toContain('m=64,t=2,p=1')
    expect(after.changedAt).toEqual(before.changedAt)
    expect((await askLogin(dear.actor(), ada.email)).__typename).toBe('LoginSuccess')
    expect(await storedPassword(ada.userId)).toEqual(after)
    expect(await database.client.passwordHistory.count({ where: { userId: ada.userId } })).toBe(0)
  })
})

describe('a PASSWORD_PEPPER that is set for the first time', () => {
  it('is mixed in at the next sign-in, and is needed from then on', async () => {
    const plain = await serviceWith({})
    const peppered = await serviceWith({ PASSWORD_PEPPER: 'a-pepper-for-passwords-0123456789abcdef' })
    const ada = await signUp(plain.actor())
    expect((await storedPassword(ada.userId)).pepperId).toBeNull()
    expect((await askLogin(peppered.actor(), ada.email)).__typename).toBe('LoginSuccess')
    const after = await storedPassword(ada.userId)
    expect(after.pepperId).toEqual(expect.any(String))
    expect((await askLogin(peppered.actor(), ada.email)).__typename).toBe('LoginSuccess')
    await database.client.password.update({ where: { userId: ada.userId }, data: { pepperId: null } })
    expect((await askLogin(plain.actor(), ada.email)).code).toBe('INVALID_CREDENTIALS')
  })
})
