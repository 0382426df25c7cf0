import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import type { Revocation } from '../../src/domain/tokens/revocation.ts'
import type { Stores } from '../../src/domain/transaction.ts'
import { type OpenStores, openStores } from '../../src/infrastructure/operator-stores.ts'
import { openTestDatabase } from '../support/test-database.ts'

let database: Database
let stores: OpenStores
beforeAll(async () => {
  database = await openTestDatabase()
  stores = openStores(database, null)
})
afterAll(() => database.close())

const userRevoked = (): Extract<Revocation, { kind: 'USER' }> => ({
  kind: 'USER',
  userId: randomUUID(),
  minimumTokenVersion: 2,
  expiresAt: new Date(Date.now() + 3_600_000),
})

/** Works on until the clock of the database shows a later time than the rows that were written. Returns that time. */
async function workOn({ revocations }: Pick<Stores, 'revocations'>): Promise<Date> {
  const from = await revocations.readClock()
  for (;;) {
    const now = await revocations.readClock()
    if (now.getTime() > from.getTime() + 5) return now
  }
}

const storedOf = (userId: string) => database.client.revocation.findFirstOrThrow({ where: { userId } })

async function recordedAt(userId: string): Promise<Date> {
  return (await storedOf(userId)).recordedAt
}

describe('revocations in a transaction of the operator, which can last longer than polls look back', () => {
  it('are recorded at its end, so that polls find them', async () => {
    const [first, second] = [userRevoked(), userRevoked()]
    const end = await stores.transaction(async (inner) => {
      await inner.revocations.insert(first)
      await workOn(inner)
      await inner.revocations.insert(second)
      return workOn(inner)
    })
    for (const { userId } of [first, second])
      expect((await recordedAt(userId)).getTime()).toBeGreaterThanOrEqual(end.getTime())
  })

  it('are kept as long after it as they would be after its beginning', async () => {
    const revocation = userRevoked()
    const workedMs = await stores.transaction(async (inner) => {
      const from = await inner.revocations.readClock()
      await inner.revocations.insert(revocation)
      return (await workOn(inner)).getTime() - from.getTime()
    })
    const { expiresAt } = await storedOf(revocation.userId)
    // Times are rounded to milliseconds.
    expect(expiresAt.getTime()).toBeGreaterThanOrEqual(revocation.expiresAt.getTime() + workedMs - 1)
  })

  it('leave those of other transactions as they were', async () => {
    const [earlier, later] = [userRevoked(), userRevoked()]
    await stores.revocations.insert(earlier)
    const before = await recordedAt(earlier.userId)
    await stores.transaction(async (inner) => {
      await inner.revocations.insert(later)
      await workOn(inner)
    })
    expect(await recordedAt(earlier.userId)).toEqual(before)
  })
})
