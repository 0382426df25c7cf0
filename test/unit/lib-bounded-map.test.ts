import { describe, expect, it } from 'vitest'
import { BoundedMap } from '../../src/lib/collections/bounded-map.ts'

describe('a bounded map', () => {
  it('removes the entry that was set longest ago', () => {
    const map = new BoundedMap<string, number>(2)
    map.set('a', 1)
    map.set('b', 2)
    map.set('c', 3)
    expect([map.size, map.get('a'), map.get('b'), map.get('c')]).toEqual([2, undefined, 2, 3])
  })

  it('counts a key that is set again as young, and as one entry', () => {
    const map = new BoundedMap<string, number>(2)
    map.set('a', 1)
    map.set('b', 2)
    map.set('a', 3)
    expect([...map.values()]).toEqual([2, 3])
    map.set('c', 4)
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([3, undefined, 4])
  })

  it('has room again after an entry is deleted', () => {
    const map = new BoundedMap<string, number>(1)
    map.set('a', 1)
    map.delete('a')
    expect([map.size, map.get('a')]).toEqual([0, undefined])
    map.set('b', 2)
    expect(map.get('b')).toBe(2)
  })
})
