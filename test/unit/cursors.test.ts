import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BadArgumentError } from '../../src/domain/refusals.ts'
import { readCursor, readPage, toPage, writeCursor } from '../../src/graphql/edge/cursors.ts'

const id = fc.uuid({ version: 7 })

describe('cursors', () => {
  it('read back the id that they were written with', () => {
    fc.assert(
      fc.property(id, (written) => {
        expect(readCursor(writeCursor(written))).toBe(written)
      }),
    )
  })

  it('are refused when this service has not made them, and nothing else is ever thrown', () => {
    const near = id.map((written) => writeCursor(written))
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.base64String(),
      fc.string().map((text) => Buffer.from(`id:${text}`).toString('base64url')),
      fc.tuple(near, fc.string({ unit: 'binary', minLength: 1 })).map(([cursor, more]) => cursor + more),
      near.map((cursor) => cursor.slice(0, -1)),
      id.map((written) => writeCursor(written.toUpperCase())).filter((text) => /[A-F]/.test(readable(text))),
    )
    fc.assert(
      fc.property(texts, (text) => {
        expect(() => readCursor(text)).toThrow(BadArgumentError)
      }),
    )
  })
})

function readable(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString().slice(3)
}

describe('readPage', () => {
  it('takes 1 to 100 from one end', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 1000 }), fc.boolean(), (size, newest) => {
        const args = newest ? { first: size } : { last: size }
        const page = { after: null, before: null, size, from: newest ? 'newest' : 'oldest' }
        if (size < 1 || size > 100) expect(() => readPage(args)).toThrow(BadArgumentError)
        else expect(readPage(args)).toEqual(page)
      }),
    )
    expect(readPage({})).toMatchObject({ size: 20, from: 'newest' })
    expect(() => readPage({ first: 1, last: 1 })).toThrow(BadArgumentError)
  })
})

describe('toPage', () => {
  it('walks a list from either end, each row exactly once', () => {
    const rows = fc.uniqueArray(id, { maxLength: 30 }).map((ids) => ids.sort().reverse())
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 10 }), (ids, size) => {
        expect(walk(ids, size, 'newest')).toEqual(ids)
        expect(walk(ids, size, 'oldest')).toEqual(ids)
      }),
    )
  })
})

/** Reads a list to its end as a client would; `ids` stand newest first. */
function walk(ids: readonly string[], size: number, from: 'newest' | 'oldest'): readonly string[] {
  const seen: string[] = []
  let cursor: string | null = null
  for (let guard = 0; guard <= ids.length; guard += 1) {
    const page = readPage(from === 'newest' ? { first: size, after: cursor } : { last: size, before: cursor })
    const { after, before } = page
    const left = ids.filter((one) => (after === null || one < after) && (before === null || one > before))
    const found = from === 'newest' ? left.slice(0, size + 1) : left.slice(-size - 1)
    const { edges, pageInfo } = toPage(
      found.map((one) => ({ id: one })),
      page,
    )
    const part = edges.map(({ node }) => node.id)
    if (from === 'newest') seen.push(...part)
    else seen.unshift(...part)
    cursor = from === 'newest' ? pageInfo.endCursor : pageInfo.startCursor
    if (!(from === 'newest' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) return seen
  }
  throw new Error('The pages have no end.')
}
