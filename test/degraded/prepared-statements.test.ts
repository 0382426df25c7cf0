import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { Prisma } from '../../src/adapters/prisma/generated/client.ts'
import { openPostgresDatabase } from '../../src/adapters/prisma/server/postgres-database.ts'
import { digestText } from '../../src/lib/crypto/digest.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { openServerTestDatabase, patientLimits, type ServerTestDatabase } from '../support/test-database.ts'

let database: ServerTestDatabase
beforeAll(async () => {
  database = await openServerTestDatabase(patientLimits)
})
afterAll(() => database.close())

/** One after the other, so that all of them use the same connection. */
const execute = (sql: string) => database.client.$executeRaw(Prisma.raw(sql))
const namesOfPlans = async () => {
  const rows = await database.client.$queryRaw<{ statement: string }[]>`
    SELECT statement FROM pg_prepared_statements WHERE NOT from_sql`
  return rows.map(({ statement }) => statement)
}

describe('a frequent statement', () => {
  it('is prepared once per connection', async () => {
    const read = () => database.frequent.run(Prisma.sql`SELECT ${'once'}::text AS word`)
    for (const _ of [1, 2, 3]) expect(await read()).toEqual([{ word: 'once' }])
    const prepared = (await namesOfPlans()).filter((statement) => statement.endsWith('AS word'))
    expect(prepared).toEqual(['SELECT $1::text AS word'])
  })

  it('is answered after a migration has changed the type of its result', async () => {
    await execute('CREATE TABLE changed_by_migration AS SELECT 7 AS value')
    const read = () => database.frequent.run(Prisma.sql`SELECT value FROM changed_by_migration`)
    expect(await read()).toEqual([{ value: 7 }])
    await execute('ALTER TABLE changed_by_migration ALTER COLUMN value TYPE text')
    expect(await read()).toEqual([{ value: '7' }])
    expect(await read()).toEqual([{ value: '7' }])
  })

  it('is answered if a pooler has removed its plan', async () => {
    const read = () => database.frequent.run(Prisma.sql`SELECT ${'removed'}::text AS state`)
    expect(await read()).toEqual([{ state: 'removed' }])
    await execute('DISCARD PLANS')
    await execute('DEALLOCATE ALL')
    expect(await read()).toEqual([{ state: 'removed' }])
  })

  it('is answered if a pooler leads to a connection on which another one has prepared it', async () => {
    const sql = Prisma.sql`SELECT ${'taken'}::text AS state`
    const name = digestText(sql.text).slice(0, 20)
    await execute(`PREPARE "${name}" AS ${sql.text}`)
    expect(await database.frequent.run(sql)).toEqual([{ state: 'taken' }])
  })

  it('that fails for another reason is not repeated', async () => {
    await execute('CREATE SEQUENCE attempts')
    const fail = () =>
      database.frequent.run(
        Prisma.sql`SELECT nextval('attempts'), 1 / (currval('attempts') - currval('attempts'))`,
      )
    await expect(fail()).rejects.toMatchObject({ code: '22012' })
    const [row] = await database.client.$queryRaw<{ last: bigint }[]>`SELECT last_value AS last FROM attempts`
    expect(row?.last).toBe(1n)
  })

  it('is not prepared any more after a pooler has removed three plans, and one line names the variables', async () => {
    const warnings: string[] = []
    const logger = {
      ...silentLogger,
      warn: (_fields: object, message: string) => void warnings.push(message),
    }
    // One connection, so that the one that removes the plans is the one that has them.
    const behind = openPostgresDatabase({
      url: database.url,
      directUrl: database.url,
      poolMin: 0,
      poolMax: 1,
      logger,
    })
    const read = (word: string) => behind.frequent.run(Prisma.sql`SELECT ${word}::text AS word`)
    const plans = () =>
      behind.client.$queryRaw`SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%AS word'`
    onTestFinished(() => behind.close())
    for (const word of ['one', 'two', 'three', 'four']) {
      expect(await read(word)).toEqual([{ word }])
      await behind.client.$executeRaw`DEALLOCATE ALL`
      expect(await read(word)).toEqual([{ word }])
      // The failure has closed the connection. The next one prepares again.
    }
    expect(await read('five')).toEqual([{ word: 'five' }])
    expect(await plans()).toEqual([])
    expect(warnings).toEqual([expect.stringMatching(/DIRECT_DATABASE_URL.*DATABASE_PREPARED_STATEMENTS=off/)])
  })
})
