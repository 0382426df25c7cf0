import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isLocked } from '../../src/domain/users/user.ts'
import { signUp, tryLogin } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

describe('a lock that an operator has set in the database', () => {
  let test: TestApp
  beforeAll(async () => {
    test = await createTestApp()
  })
  afterAll(() => test.close())

  it('until infinity refuses the login, and has no end', async () => {
    const { email, userId } = await signUp(test.actor())
    await test.database.client.$executeRaw`
      UPDATE users SET locked_at = now(), locked_until = 'infinity' WHERE id = ${userId}::uuid`
    const { data, errors } = await tryLogin(test.actor(), email)
    expect(errors).toEqual([])
    expect(data.login).toMatchObject({ __typename: 'AccountLockedProblem', retryAfterSeconds: null })
  })

  it('until a time that is no Date is in effect', () => {
    const now = new Date('2026-01-01T00:00:00Z')
    const lockedAt = new Date('2025-01-01T00:00:00Z')
    expect(isLocked({ lockedAt, lockedUntil: new Date(Number.NaN) }, now)).toBe(true)
    expect(isLocked({ lockedAt, lockedUntil: now }, now)).toBe(false)
    expect(isLocked({ lockedAt: null, lockedUntil: null }, now)).toBe(false)
  })
})
