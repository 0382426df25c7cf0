import { describe, expect, it } from 'vitest'
import { AesSealer } from '../../src/adapters/crypto/aes-sealer.ts'
import { hasCounterRegressed, knownTransports, userHandleOf } from '../../src/domain/factors/passkey.ts'
import { PasskeyCeremonies } from '../../src/domain/factors/passkey-ceremony.ts'
import { providerOf } from '../../src/domain/factors/passkey-providers.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'
import { createIds } from '../../src/lib/ids/ids.ts'
import { ManualClock } from '../support/manual-clock.ts'

describe('the counter of a passkey', () => {
  it.each([
    [0, 0, false],
    [0, 1, false],
    [1, 2, false],
    [2, 2, true],
    [2, 1, true],
    [2, 0, true],
  ])('stored %i, received %i: has gone back %s', (stored, received, regressed) => {
    expect(hasCounterRegressed(stored, received)).toBe(regressed)
  })
})

describe('what a passkey shows', () => {
  it('is the provider of a known AAGUID only', () => {
    expect(providerOf('fbfc3007-154e-4ecc-8c0b-6e020557d7bd')).toBe('iCloud Keychain')
    expect(providerOf('00000000-0000-4000-8000-000000000000')).toBeNull()
    expect(providerOf(null)).toBeNull()
  })

  it('has known transports, each once, and a handle without personal data', () => {
    expect(knownTransports(['internal', 'telepathy', 'usb', 'usb'])).toEqual(['usb', 'internal'])
    expect(userHandleOf('01900000-0000-7000-8000-0000000000ff')).toBe('AZAAAAAAcACAAAAAAAAA_w')
  })
})

describe('the token of a ceremony', () => {
  const clock = new ManualClock()
  const masterKey = (byte: number) => new Secret(Buffer.alloc(32, byte).toString('base64'))
  const ceremonies = (byte: number, previous: Secret | null = null) =>
    new PasskeyCeremonies({ sealer: new AesSealer(masterKey(byte), previous), clock, ids: createIds(clock) })

  it('opens for its kind, until it expires, and with the previous master key', () => {
    const { token, ceremony } = ceremonies(1).begin('LOGIN', 'default')
    expect(ceremonies(1).open('LOGIN', token)).toEqual(ceremony)
    expect(ceremonies(2, masterKey(1)).open('LOGIN', token)).toEqual(ceremony)
    expect(ceremonies(1).open('REGISTRATION', token)).toBeNull()
    expect(ceremonies(2).open('LOGIN', token)).toBeNull()
    clock.advance(5 * 60)
    expect(ceremonies(1).open('LOGIN', token)).toBeNull()
  })
})
