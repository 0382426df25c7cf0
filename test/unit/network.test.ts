import { describe, expect, it } from 'vitest'
import { networkOf } from '../../src/domain/sessions/network.ts'

describe('networkOf', () => {
  it.each([
    ['192.0.2.7', '192.0.2.0/24'],
    ['192.0.2.255', '192.0.2.0/24'],
    ['192.0.3.7', '192.0.3.0/24'],
    ['::ffff:192.0.2.7', '192.0.2.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:db8:1:ffff::1', '2001:db8:1::/48'],
    ['2001:db8::1', '2001:db8::/48'],
    ['2001:0:5::1', '2001:0:5::/48'],
    ['2001::7:1:2:3:4:5', '2001:0:7::/48'],
    ['::1', '::/48'],
    ['FE80::1', 'fe80::/48'],
  ])('puts %s into %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })

  it.each([null, '', 'unknown', 'example.com', '192.0.2', '192.0.2.7.1', 'cafe'])(
    'knows none for %j',
    (text) => {
      expect(networkOf(text)).toBeNull()
    },
  )
})
