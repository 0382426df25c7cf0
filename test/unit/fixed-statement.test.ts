import { describe, expect, it } from 'vitest'
import { Prisma } from '../../src/adapters/prisma/generated/client.ts'
import { FixedStatement } from '../../src/adapters/prisma/stores/fixed-statement.ts'

const statement = new FixedStatement<{ id: string; name: string | null }>(
  (value) =>
    Prisma.sql`SELECT ${value('id')}::text, ${'constant'}::text WHERE ${value('name')}::text IS NULL OR ${value('id')}::text <> ${value('name')}::text`,
)

describe('a fixed statement', () => {
  it('sends each value once, in the order of its numbers', () => {
    const { text, values } = statement.fill({ name: 'Ada', id: 'a' })
    expect(text).toBe('SELECT $1::text, $2::text WHERE $3::text IS NULL OR $1::text <> $3::text')
    expect(values).toEqual(['a', 'constant', 'Ada'])
  })

  it('keeps its text from one execution to the next, and no value', () => {
    const [first, second] = [
      statement.fill({ id: 'a', name: 'Ada' }),
      statement.fill({ id: 'b', name: null }),
    ]
    expect(second.text).toBe(first.text)
    expect([first.values, second.values]).toEqual([
      ['a', 'constant', 'Ada'],
      ['b', 'constant', null],
    ])
  })

  it('is not sent without one of its values', () => {
    const incomplete: { id: string; name: string | null } = JSON.parse('{ "id": "a" }')
    expect(() => statement.fill(incomplete)).toThrow('name')
  })

  it('is the same statement for Prisma, with a value for each place', () => {
    const sql = statement.fill({ id: 'a', name: 'Ada' }).toSql()
    expect(sql).toBeInstanceOf(Prisma.Sql)
    expect(sql.text).toBe('SELECT $1::text, $2::text WHERE $3::text IS NULL OR $4::text <> $5::text')
    expect(sql.values).toEqual(['a', 'constant', 'Ada', 'a', 'Ada'])
  })

  it('has groups of values, whose members are values of their own', () => {
    const grouped = new FixedStatement<{ id: string; audit: { id: string } | null }>(
      (value) =>
        Prisma.sql`SELECT ${value('id')}::text, ${value('audit.id')}::text, ${value('audit.id')}::text`,
    )
    const { text, values } = grouped.fill({ id: 'a', audit: { id: 'b' } })
    expect(text).toBe('SELECT $1::text, $2::text, $2::text')
    expect(values).toEqual(['a', 'b'])
    expect(() => grouped.fill({ id: 'a', audit: null })).toThrow('audit.id')
  })
})
