import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { DeviceTokens } from '../../src/domain/sessions/device-token.ts'

const tokens = new DeviceTokens([new Uint8Array(32).fill(1)])
const owner = { userId: randomUUID(), epoch: 3 }

describe('DeviceTokens', () => {
  it('contains the device, the account and the epoch that it was issued for', () => {
    const opened = tokens.open(tokens.issue(owner))
    expect(opened).toEqual({ ...owner, deviceId: expect.stringMatching(/^[0-9a-f]{32}$/) })
  })

  it('begins a new device each time, unless a device is given', () => {
    const first = tokens.open(tokens.issue(owner))
    expect(tokens.open(tokens.issue(owner))?.deviceId).not.toBe(first?.deviceId)
    const later = tokens.issue({ ...owner, epoch: 4 }, first?.deviceId)
    expect(tokens.open(later)).toEqual({ ...owner, deviceId: first?.deviceId, epoch: 4 })
  })

  it('keeps epochs of 32 bits apart', () => {
    const epoch = 0xffff_ffff
    expect(tokens.open(tokens.issue({ ...owner, epoch }))?.epoch).toBe(epoch)
  })

  it('refuses a token with any byte changed: another account, device or epoch', () => {
    const bytes = Buffer.from(tokens.issue(owner).slice(4), 'base64url')
    for (let index = 0; index < bytes.length; index += 1) {
      const forged = Buffer.from(bytes)
      forged.writeUInt8(forged.readUInt8(index) ^ 1, index)
      expect(tokens.open(`ghd_${forged.toString('base64url')}`)).toBeNull()
    }
  })

  it('accepts a token of an earlier key that is still known, and refuses one of any other key', () => {
    const later = new DeviceTokens([new Uint8Array(32).fill(2), new Uint8Array(32).fill(1)])
    expect(later.open(tokens.issue(owner))).toMatchObject(owner)
    expect(tokens.open(later.issue(owner))).toBeNull()
  })

  it('refuses everything else', () => {
    const token = tokens.issue(owner)
    const rubbish = [
      null,
      '',
      'ghd_',
      token.slice(0, -1),
      `${token}A`,
      token.slice(4),
      `ghr_${token.slice(4)}`,
    ]
    const written = [
      `${token.slice(0, -1)}=`,
      ` ${token}`,
      `${token}\n`,
      token.replace(/.$/, '+'),
      token.toUpperCase(),
    ]
    for (const text of [...rubbish, ...written, 'x'.repeat(1_000_000)]) expect(tokens.open(text)).toBeNull()
  })
})
