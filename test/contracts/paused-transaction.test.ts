import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { isUnavailable } from '../../src/adapters/prisma/database-errors.ts'
import { createTransaction } from '../../src/adapters/prisma/stores/prisma-stores.ts'
import { eventually } from '../support/eventually.ts'
import { openServerTestDatabase, patientLimits } from '../support/test-database.ts'

/** Stops the whole process, as a suspended machine does. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

describe.runIf(inject('backend') === 'servers')('a process that was paused within a transaction', () => {
  it('commits nothing after the time limit: polls would not find a revocation that was recorded before', async () => {
    const database = await openServerTestDatabase({ ...patientLimits, transactionMs: 300 })
    const userId = randomUUID()
    const expiresAt = new Date(Date.now() + 3_600_000)
    const changing = createTransaction(
      database.client,
      () => undefined,
    )(async ({ revocations }) => {
      await revocations.insert({ kind: 'USER', userId, minimumTokenVersion: 2, expiresAt })
      pause(2000)
    })
    expect(isUnavailable(await changing.catch((error: unknown) => error))).toBe(true)
    // The next call can be the one that finds the lost connection.
    await eventually(async () =>
      expect(await database.client.revocation.count({ where: { userId } })).toBe(0),
    )
    await database.close()
  })
})
