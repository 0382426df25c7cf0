import { expect, it } from 'vitest'
import { SpacedNotes } from '../../src/lib/collections/spaced-notes.ts'

it('notes a key at once, and again after the interval, from the first millisecond of a clock', () => {
  const notes = new SpacedNotes({ minIntervalMs: 10, maxKeys: 2 })
  expect([1, 5, 10, 11].map((nowMs) => notes.note('key', nowMs))).toEqual([true, false, false, true])
})

it('waits for the interval of a note that is known from elsewhere', () => {
  const notes = new SpacedNotes({ minIntervalMs: 10, maxKeys: 2 })
  expect([notes.note('key', 5, 0), notes.note('key', 10, 0)]).toEqual([false, true])
})
