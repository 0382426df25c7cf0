import { expect, it } from 'vitest'
import { AccountLockedProblem } from '../../src/domain/problems.ts'

it.each([
  ['2026-06-01T00:00:30Z', 30],
  ['2026-05-31T00:00:00Z', 1],
  ['9999-12-31T23:59:59Z', 2_147_483_647],
])('a lock until %s has a wait that GraphQL can answer', (until, seconds) => {
  const lock = { by: 'ADMINISTRATOR', unlocksAt: new Date(until) } as const
  const problem = new AccountLockedProblem(lock, new Date('2026-06-01T00:00:00Z'))
  expect(problem.retryAfterSeconds).toBe(seconds)
  expect(problem.unlocksAt).toEqual(lock.unlocksAt)
})
