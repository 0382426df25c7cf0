import { describe, expect, it } from 'vitest'
import { BatchedReads } from '../../src/lib/concurrency/batched-reads.ts'

/** Reads that end when the test says so. */
function openReads(limits = { maxItems: 3, maxRunning: 1 }) {
  const calls: { readonly items: readonly string[]; end(): void; fail(): void }[] = []
  const read = (items: readonly string[]) =>
    new Promise<string>((resolve, reject) => {
      calls.push({
        items,
        end: () => resolve(items.join()),
        fail: () => reject(new Error('The database is away.')),
      })
    })
  return { calls, reads: new BatchedReads(read, limits) }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

describe('BatchedReads', () => {
  it('reads the items of one turn together, up to the maximum', async () => {
    const { calls, reads } = openReads({ maxItems: 3, maxRunning: 9 })
    const results = ['a', 'b', 'c', 'd'].map((item) => reads.request(item))
    await nextTurn()
    expect(calls.map(({ items }) => items)).toEqual([['a', 'b', 'c'], ['d']])
    for (const { end } of calls) end()
    expect(await Promise.all(results)).toEqual(['a,b,c', 'a,b,c', 'a,b,c', 'd'])
  })

  it('collects items while the permitted number of reads runs', async () => {
    const { calls, reads } = openReads()
    const first = reads.request('a')
    await nextTurn()
    const second = reads.request('b')
    await nextTurn()
    const third = reads.request('c')
    await nextTurn()
    expect(calls.map(({ items }) => items)).toEqual([['a']])
    calls[0]?.end()
    await first
    await nextTurn()
    expect(calls.map(({ items }) => items)).toEqual([['a'], ['b', 'c']])
    calls[1]?.end()
    expect(await Promise.all([second, third])).toEqual(['b,c', 'b,c'])
  })

  it('never adds an item to a read that has begun', async () => {
    const { calls, reads } = openReads({ maxItems: 3, maxRunning: 2 })
    void reads.request('a')
    await nextTurn()
    void reads.request('a')
    await nextTurn()
    expect(calls.map(({ items }) => items)).toEqual([['a'], ['a']])
  })

  it('goes on after a read that failed', async () => {
    const { calls, reads } = openReads()
    const first = reads.request('a')
    await nextTurn()
    const second = reads.request('b')
    calls[0]?.fail()
    await expect(first).rejects.toThrow('The database is away.')
    await nextTurn()
    await nextTurn()
    calls[1]?.end()
    expect(await second).toBe('b')
  })
})
