import { readFile } from 'node:fs/promises'
import { messages } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { EmbeddedPostgres } from '../../src/adapters/prisma/embedded/embedded-postgres.ts'

/** More than a connection keeps prepared. */
const manyStatements = 300

describe('statements of the embedded database', () => {
  let postgres: EmbeddedPostgres
  beforeAll(async () => {
    postgres = new EmbeddedPostgres({ loadDataDir: new Blob([await readFile(inject('embeddedDump'))]) })
    await postgres.waitReady
  })
  afterAll(() => postgres.close())

  const rowsOf = async (sql: string, parameters: unknown[] = []) =>
    (await postgres.query(sql, parameters)).rows
  const columnsOf = async (sql: string) => (await postgres.query(sql)).fields.map(({ name }) => name)

  it('return the same values each time, with parameters and results of every kind', async () => {
    const sql = `SELECT $1::int AS int, $2::text AS text, $3::bool AS bool, $4::bytea AS bytes, $5::int[] AS ints,
      $6::timestamptz AS time, $7::jsonb AS json, $8::text[] AS texts, $9::bigint AS big`
    const values = {
      int: 7,
      text: 'ö "quoted" and \\',
      bool: false,
      bytes: new Uint8Array([0, 255, 92]),
      ints: [1, 2],
      time: new Date('2026-01-02T03:04:05.678Z'),
      json: { a: [null, 'b'] },
      texts: ['a,b', 'c"d', ''],
      big: 9_007_199_254_740_993n,
    }
    for (let time = 0; time < 7; time += 1) expect(await rowsOf(sql, Object.values(values))).toEqual([values])
    const nulls = Object.fromEntries(Object.keys(values).map((name) => [name, null]))
    expect(await rowsOf(sql, Object.values(nulls))).toEqual([nulls])
    const { rows } = await postgres.query('SELECT 1 AS a, 2 AS a', [], { rowMode: 'array' })
    expect(rows).toEqual([[1, 2]])
  })

  it('count the rows that they change', async () => {
    await postgres.query('CREATE TABLE counted (id int)')
    const affected = async (sql: string) => (await postgres.query(sql)).affectedRows
    expect(await affected('INSERT INTO counted VALUES (1), (2), (3)')).toBe(3)
    expect(await affected('UPDATE counted SET id = id + 1 WHERE id > 1')).toBe(2)
    expect(await affected('SELECT * FROM counted')).toBe(0)
    expect(await affected('DELETE FROM counted')).toBe(3)
  })

  it('see every change of a table, also one that is rolled back', async () => {
    const all = 'SELECT * FROM changing'
    await postgres.query('CREATE TABLE changing (a int)')
    expect(await columnsOf(all)).toEqual(['a'])
    await postgres.query('ALTER TABLE changing ADD b int')
    expect(await columnsOf(all)).toEqual(['a', 'b'])
    await postgres.exec('ALTER TABLE changing ADD c int; ALTER TABLE changing DROP a')
    expect(await columnsOf(all)).toEqual(['b', 'c'])
    const undone = postgres.transaction(async (transaction) => {
      await transaction.query('ALTER TABLE changing ADD d int')
      expect((await transaction.query(all)).fields).toHaveLength(3)
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    expect(await columnsOf(all)).toEqual(['b', 'c'])
  })

  it('see a change that ends while they wait for their turn', async () => {
    const all = 'SELECT * FROM awaited'
    await postgres.query('CREATE TABLE awaited (a int)')
    expect(await columnsOf(all)).toEqual(['a'])
    const script = postgres.exec('ALTER TABLE awaited ADD b int')
    expect(await columnsOf(all)).toEqual(['a', 'b'])
    await script
    const undone = postgres.transaction(async (transaction) => {
      await transaction.query('ALTER TABLE awaited ADD c int')
      await transaction.query(all)
      throw new Error('undone')
    })
    const [failure, columns] = await Promise.all([undone.catch(({ message }) => message), columnsOf(all)])
    expect([failure, columns]).toEqual(['undone', ['a', 'b']])
  })

  it('see a change by a script of a transaction, and what a failed script has committed', async () => {
    const all = 'SELECT * FROM scripted'
    await postgres.query('CREATE TABLE scripted (a int)')
    expect(await columnsOf(all)).toEqual(['a'])
    await postgres.transaction(async (transaction) => {
      await transaction.exec('ALTER TABLE scripted ADD b int')
      expect((await transaction.query(all)).fields).toHaveLength(2)
      await transaction.exec('SAVEPOINT before; ALTER TABLE scripted ADD c int')
      expect((await transaction.query(all)).fields).toHaveLength(3)
      await transaction.exec('ROLLBACK TO SAVEPOINT before')
      expect((await transaction.query(all)).fields).toHaveLength(2)
    })
    expect(await columnsOf(all)).toEqual(['a', 'b'])
    const script = 'BEGIN; ALTER TABLE scripted ADD d int; COMMIT; SELECT 1 / 0'
    await expect(postgres.exec(script)).rejects.toMatchObject({ code: '22012' })
    expect(await columnsOf(all)).toEqual(['a', 'b', 'd'])
  })

  it('read the tables of the present search path', async () => {
    const all = 'SELECT * FROM placed'
    await postgres.exec(
      'CREATE TABLE placed (a int); CREATE SCHEMA other; CREATE TABLE other.placed (b text)',
    )
    expect(await columnsOf(all)).toEqual(['a'])
    await postgres.query('SET search_path = other')
    expect(await columnsOf(all)).toEqual(['b'])
    await postgres.query('RESET search_path')
    expect(await columnsOf(all)).toEqual(['a'])
    await postgres.transaction(async (transaction) => {
      await transaction.query('SET LOCAL search_path = other')
      expect((await transaction.query(all)).fields).toMatchObject([{ name: 'b' }])
    })
    expect(await columnsOf(all)).toEqual(['a'])
  })

  it('fail once at most if a function has changed what they return', async () => {
    const all = 'SELECT * FROM called'
    await postgres.exec(`CREATE TABLE called (a int);
      CREATE FUNCTION extend() RETURNS void LANGUAGE plpgsql AS 'BEGIN ALTER TABLE called ADD b int; END'`)
    expect(await columnsOf(all)).toEqual(['a'])
    await postgres.query('SELECT extend()')
    await expect(columnsOf(all)).rejects.toMatchObject({ code: '0A000' })
    expect(await columnsOf(all)).toEqual(['a', 'b'])
  })

  it('fail with the error of the database, and work afterwards', async () => {
    await postgres.query('CREATE TABLE unique_ids (id int PRIMARY KEY)')
    const insert = 'INSERT INTO unique_ids VALUES ($1)'
    await postgres.query(insert, [1])
    for (const [sql, parameters, code] of [
      ['SELEC 1', [], '42601'],
      ['SELECT nothing', [], '42703'],
      ['SELECT $1::int', ['no number'], '22P02'],
      ['SELECT 1 / $1::int', [0], '22012'],
      [insert, [1], '23505'],
    ] as const) {
      const error = await postgres.query(sql, [...parameters]).catch((failure: unknown) => failure)
      expect(error).toBeInstanceOf(messages.DatabaseError)
      expect(error).toMatchObject({ code, query: sql, params: parameters })
    }
    await postgres.query(insert, [2])
    expect(await rowsOf('SELECT count(*)::int AS count FROM unique_ids')).toEqual([{ count: 2 }])
  })

  it('are refused in a transaction that has failed, and after it has ended', async () => {
    const open = await postgres.transaction(async (transaction) => {
      await expect(transaction.query('SELECT 1 / 0')).rejects.toMatchObject({ code: '22012' })
      await expect(transaction.query('SELECT 5 AS five')).rejects.toMatchObject({ code: '25P02' })
      await transaction.rollback()
      return transaction
    })
    await expect(open.query('SELECT 5 AS five')).rejects.toThrow('Transaction is closed')
    expect(await rowsOf('SELECT 5 AS five')).toEqual([{ five: 5 }])
  })

  it('are planned again after a table has grown', async () => {
    const find = 'SELECT * FROM growing WHERE id = $1'
    const insert = 'INSERT INTO growing SELECT i FROM generate_series(1, $1::int) i'
    const nameOf = async () => {
      const kept = 'SELECT name FROM pg_prepared_statements WHERE statement = $1'
      return (await postgres.query<{ name: string }>(kept, [find])).rows.map(({ name }) => name)
    }
    await postgres.query('CREATE TABLE growing (id int)')
    await rowsOf(find, [1])
    const names = await nameOf()
    expect(names).toHaveLength(1)
    await postgres.query(insert, [4000])
    await rowsOf(find, [1])
    expect(await nameOf()).toEqual(names)
    await postgres.query(insert, [1000])
    await rowsOf(find, [1])
    const later = await nameOf()
    expect(later).toHaveLength(1)
    expect(later).not.toEqual(names)
  })

  it('are forgotten, the ones first that were not used for longest', async () => {
    for (let number = 0; number < manyStatements; number += 1) {
      expect(await rowsOf(`SELECT ${number} AS number`)).toEqual([{ number }])
      expect(await rowsOf('SELECT 5 AS five')).toEqual([{ five: 5 }])
    }
    const kept = 'SELECT statement FROM pg_prepared_statements'
    const texts = (await postgres.query<{ statement: string }>(kept)).rows.map(({ statement }) => statement)
    expect(texts).toContain('SELECT 5 AS five')
    expect(texts).toContain(`SELECT ${manyStatements - 1} AS number`)
    expect(texts).not.toContain('SELECT 0 AS number')
    expect(texts.length).toBeLessThan(manyStatements - 40)
  })
})
