import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normaliseAddress } from '../../src/http/request/client-address.ts'
import { counterKey } from '../../src/lib/crypto/digest.ts'
import { clientNetwork } from '../../src/lib/network/client-network.ts'

/** Groups of IPv6, zeros often, so that text is shortened wherever it can be. */
const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }))

describe('clientNetwork', () => {
  it('is the address itself for IPv4', () => {
    expect(clientNetwork('203.0.113.9')).toBe('203.0.113.9')
  })

  it('is the first 64 bits for IPv6, however the address is shortened', () => {
    const groups = fc.array(group, { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(groups, (all) => {
        const text = all.map((part) => part.toString(16)).join(':')
        const address = normaliseAddress(text) ?? ''
        fc.pre(address.includes(':') && !address.startsWith('64:ff9b::'))
        const four = all.slice(0, 4).map((part) => part.toString(16))
        expect(clientNetwork(address)).toBe(`${four.join(':')}::/64`)
      }),
      { numRuns: 2000 },
    )
  })

  it('is the address behind a translator', () => {
    expect(clientNetwork('64:ff9b::cb00:7109')).toBe('64:ff9b::cb00:7109')
  })
})

describe('counterKey', () => {
  const key = new Uint8Array(32).fill(1)

  it('is 22 characters that hang on the key and on every part', () => {
    const name = counterKey(key, 'all', 'address', '203.0.113.9')
    expect(name).toMatch(/^[\w-]{22}$/)
    expect(counterKey(key, 'all', 'address', '203.0.113.9')).toBe(name)
    expect(counterKey(new Uint8Array(32), 'all', 'address', '203.0.113.9')).not.toBe(name)
  })

  it('differs for parts that are divided differently', () => {
    const parts = fc.array(fc.string({ maxLength: 4 }), { maxLength: 4 })
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other))
        expect(counterKey(key, ...one)).not.toBe(counterKey(key, ...other))
      }),
      { numRuns: 2000 },
    )
  })
})
