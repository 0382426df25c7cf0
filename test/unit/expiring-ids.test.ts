import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ExpiringIds } from '../../src/domain/tokens/expiring-ids.ts'
import { packedIds } from '../support/packed-ids.ts'

const startMs = Date.UTC(2026, 0, 1)

describe('ids with an expiry', () => {
  it('behave as a Map that keeps the later expiry and the higher number', () => {
    const pool = Array.from({ length: 40 }, () => randomUUID())
    const addition = fc.record({
      id: fc.constantFrom(...pool),
      seconds: fc.integer({ min: 1, max: 100 }),
      value: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    })
    const removal = fc.record({ at: fc.integer({ min: 0, max: 100 }) })
    fc.assert(
      fc.property(fc.array(fc.oneof(addition, removal), { maxLength: 200 }), (steps) => {
        const ids = new ExpiringIds()
        const expected = new Map<string, { seconds: number; value: number }>()
        for (const step of steps) {
          if ('at' in step) {
            ids.forget(startMs + step.at * 1000)
            for (const [id, { seconds }] of expected) if (seconds <= step.at) expected.delete(id)
          } else {
            const known = expected.get(step.id) ?? { seconds: 0, value: 0 }
            ids.add(step.id, startMs + step.seconds * 1000, step.value)
            expected.set(step.id, {
              seconds: Math.max(known.seconds, step.seconds),
              value: Math.max(known.value, step.value),
            })
          }
        }
        expect(ids.size).toBe(expected.size)
        for (const id of pool) expect(ids.valueOf(id)).toBe(expected.get(id)?.value ?? null)
        const ends = [...expected.values()].map(({ seconds }) => startMs + seconds * 1000)
        expect(ids.firstExpiry).toBe(ends.length === 0 ? null : Math.min(...ends))
      }),
    )
  })

  it('are found among a hundred thousand, and no other id is', () => {
    const ids = new ExpiringIds()
    const added = Array.from({ length: 100_000 }, () => randomUUID())
    for (const id of added) ids.add(id, startMs)
    expect(added.every((id) => ids.has(id))).toBe(true)
    expect(added.some(() => ids.has(randomUUID()))).toBe(false)
    expect(ids.size).toBe(added.length)
  })

  it('are all removed after some calls, when many have expired', () => {
    const ids = new ExpiringIds()
    const kept = randomUUID()
    for (let count = 0; count < 100_000; count += 1) ids.add(randomUUID(), startMs)
    ids.add(kept, startMs + 1000)
    for (let call = 0; call < 10; call += 1) ids.forget(startMs)
    expect(ids.size).toBe(1)
    expect(ids.has(kept)).toBe(true)
  })

  it('stay known whatever a later message claims', () => {
    const ids = new ExpiringIds()
    const id = randomUUID()
    ids.add(id, startMs, 5)
    ids.add(id, 2 ** 32 * 1000, 2 ** 32)
    expect(ids.valueOf(id)).toBe(2 ** 32 - 1)
    ids.forget(startMs)
    expect(ids.has(id)).toBe(true)
  })

  it('can be of another form than a UUID', () => {
    const ids = new ExpiringIds()
    ids.add('of another issuer', startMs)
    expect(ids.has('of another issuer')).toBe(true)
    expect(ids.has('of another issuer!')).toBe(false)
  })

  it('are the same whether they are added one by one or packed', () => {
    const pool = Array.from({ length: 40 }, () => randomUUID())
    const entry = fc.record({
      id: fc.constantFrom(...pool),
      expiresAtMs: fc.integer({ min: 1, max: 2 ** 33 * 1000 }),
      value: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
    })
    fc.assert(
      fc.property(fc.array(entry), fc.integer({ min: 0, max: 2 ** 33 * 1000 }), (entries, nowMs) => {
        const [single, packed] = [new ExpiringIds(), new ExpiringIds()]
        for (const { id, expiresAtMs, value } of entries) single.add(id, expiresAtMs, value)
        packed.addPacked(packedIds(entries))
        for (const ids of [single, packed]) ids.forget(nowMs)
        expect(packed.size).toBe(single.size)
        expect(packed.firstExpiry).toBe(single.firstExpiry)
        for (const id of pool) expect(packed.valueOf(id)).toBe(single.valueOf(id))
      }),
    )
  })

  it('are not added if packed ones are incomplete', () => {
    const packed = packedIds([{ id: randomUUID(), expiresAtMs: startMs, value: 0 }])
    expect(() => new ExpiringIds().addPacked(packed.subarray(1))).toThrow(RangeError)
  })
})
