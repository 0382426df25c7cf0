import { describe, expect, it } from 'vitest'
import { readUsers, splitLines } from '../../src/cli/users/read-records.ts'

/** The text in parts of that size, which end anywhere. */
async function* inParts(text: string, size: number) {
  for (let start = 0; start < text.length; start += size) yield text.slice(start, start + size)
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

const sizes = [1, 2, 7, 1000]

describe('lines', () => {
  it.each(sizes)('are those of the text in parts of %d', async (size) => {
    const text = 'one\r\n\n{"two":"\\n"}\nlast'
    expect(await all(splitLines(inParts(text, size)))).toEqual(['one', '', '{"two":"\\n"}', 'last'])
  })

  it.each(sizes)('that are too long are null, and the next one is whole (parts of %d)', async (size) => {
    const text = `${'x'.repeat(11)}\n${'y'.repeat(10)}\n`
    expect(await all(splitLines(inParts(text, size), 10))).toEqual([null, 'y'.repeat(10)])
  })
})

describe('the users of a JSON document', () => {
  const document = `{
  "realm": "users", "other": {"users": [{"no": 1}]}, "list": [["users"], {"no": "]}"}],
  "users": [
    {"id": "a", "text": "} ] \\" {"},
    {"id": "b", "deep": {"users": [{}], "x": [1, {"y": "\\\\"}]}}, 7
  , {"id": "c"}],
  "after": [{"no": 2}]
}`

  it.each(sizes)('are found wherever parts of %d end', async (size) => {
    const found = await all(readUsers(inParts(document, size)))
    expect(found.map(({ line, text }) => [line, JSON.parse(text ?? '').id])).toEqual([
      [4, 'a'],
      [5, 'b'],
      [6, 'c'],
    ])
  })

  it('may be the elements of an array', async () => {
    const found = await all(readUsers(inParts(' [\n{"id":1},{"id":2}]', 3)))
    expect(found).toEqual([
      { line: 2, text: '{"id":1}' },
      { line: 2, text: '{"id":2}' },
    ])
  })

  it('are null if they are too long', async () => {
    const text = `[{"a":"${'x'.repeat(50)}"},{"b":1}]`
    expect(await all(readUsers(inParts(text, 4), 20))).toEqual([
      { line: 1, text: null },
      { line: 1, text: '{"b":1}' },
    ])
  })

  it.each([
    ['{"users": [{"id": 1}', 'cut off'],
    ['[{"id": 1}', 'cut off'],
    ['{"user": []}', 'no array "users"'],
    ['{"id": 1}\n{"id": 2}', 'no array "users"'],
    ['', 'no array "users"'],
  ])('are none in %s', async (text, reason) => {
    await expect(all(readUsers(inParts(text, 5)))).rejects.toThrow(reason)
  })
})
