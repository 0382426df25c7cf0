import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PasswordHasher } from '../../src/domain/passwords/password-hasher.ts'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import type { Deadline } from '../../src/lib/time/deadline.ts'
import { tokenFor } from '../support/mails.ts'
import {
  changePasswordDocument,
  requestPasswordResetDocument,
  resetPasswordDocument,
} from '../support/operations.ts'
import { askAs, signIn, signUp } from '../support/people.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

/** The deadline of each hash and comparison. */
const deadlines: (Deadline | undefined)[] = []

function recording(opened: Infrastructure): Infrastructure {
  const { hasher } = opened
  const recorder: PasswordHasher = {
    ...hasher,
    hash: (password, deadline) => {
      deadlines.push(deadline)
      return hasher.hash(password, deadline)
    },
    verify: (password, stored, deadline) => {
      deadlines.push(deadline)
      return hasher.verify(password, stored, deadline)
    },
  }
  return { ...opened, hasher: recorder }
}

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ infrastructure: recording })
})
afterAll(() => test.close())

/** Sends a request. Returns how many hashes and comparisons it caused, and how many deadlines they had. */
async function deadlinesOf(request: () => Promise<unknown>) {
  deadlines.length = 0
  await request()
  expect(deadlines).not.toContain(undefined)
  return { hashes: deadlines.length, deadlines: new Set(deadlines).size }
}

const passwords = [
  goodPassword,
  'An0ther-horse-battery!',
  'A-th1rd-horse-battery!',
  'A-f0urth-horse-battery!',
]

describe('all hashes and comparisons of one request', () => {
  it('have one deadline when a password changes, however many earlier passwords are compared', async () => {
    const ada = await signUp(test.actor())
    let viewer: { accessToken: string } = ada
    for (const [n, newPassword] of passwords.slice(1).entries()) {
      const input = { currentPassword: passwords[n], newPassword }
      const counted = await deadlinesOf(async () => {
        const changed = await askAs(test, viewer, changePasswordDocument, { input })
        viewer = changed.tokens
      })
      // The present password is proven, then each stored one is compared, then the new one is hashed.
      expect(counted).toEqual({ hashes: n + 3, deadlines: 1 })
    }
    await test.actor().ask(requestPasswordResetDocument, { input: { email: ada.email } })
    const token = await tokenFor(test, ada.email, 'reset-password')
    const input = { token, newPassword: 'A-f1fth-horse-battery!' }
    const counted = await deadlinesOf(() => test.actor().ask(resetPasswordDocument, { input }))
    expect(counted).toEqual({ hashes: 5, deadlines: 1 })
  })

  it('have one deadline at a login and at a registration', async () => {
    expect((await deadlinesOf(() => signUp(test.actor()))).deadlines).toBe(1)
    const ada = await signUp(test.actor())
    expect((await deadlinesOf(() => signIn(test.actor(), ada.email))).deadlines).toBe(1)
  })
})
