import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SessionState } from '../../src/domain/sessions/session.ts'
import { judgeStaleToken } from '../../src/domain/sessions/session-policy.ts'

const now = new Date('2026-01-31T12:00:00.000Z')
const seconds = (count: number) => new Date(now.getTime() + count * 1000)
const device = Uint8Array.from([1, 2, 3])
const stranger = Uint8Array.from([1, 2, 4])

/** A live session that was rotated to generation 5 a second ago. */
function session(changes: Partial<SessionState> = {}): SessionState {
  return {
    id: '01900000-0000-7000-8000-000000000001',
    tenantId: '01900000-0000-7000-8000-000000000002',
    userId: '01900000-0000-7000-8000-000000000003',
    transport: 'BODY',
    rememberMe: false,
    createdAt: seconds(-100),
    lastUsedAt: seconds(-1),
    idleExpiresAt: seconds(100),
    expiresAt: seconds(200),
    authTime: seconds(-100),
    amr: ['pwd'],
    ipAddress: null,
    userAgent: null,
    device: { name: 'x', browser: null, os: null, type: 'UNKNOWN' },
    profile: { fingerprint: null, browser: null, os: null, type: 'UNKNOWN', platform: null, language: null },
    network: null,
    riskSignals: [],
    riskScore: 0,
    generation: 5,
    previousAt: seconds(-1),
    rotatedBy: device,
    revokedAt: null,
    ...changes,
  }
}

describe('judgeStaleToken', () => {
  it('decides every case, and is generous in one only', () => {
    const cases = fc.record({
      generation: fc.integer({ min: 0, max: 8 }),
      since: fc.integer({ min: -30, max: 30 }),
      grace: fc.integer({ min: 0, max: 20 }),
      sameDevice: fc.boolean(),
      rotated: fc.boolean(),
      ended: fc.constantFrom(null, 'revoked', 'idle', 'absolute'),
    })
    fc.assert(
      fc.property(cases, ({ generation, since, grace, sameDevice, rotated, ended }) => {
        const state = session({
          previousAt: rotated ? seconds(-since) : null,
          rotatedBy: rotated ? device : null,
          revokedAt: ended === 'revoked' ? now : null,
          idleExpiresAt: ended === 'idle' ? now : seconds(100),
          expiresAt: ended === 'absolute' ? now : seconds(200),
        })
        const presented = { generation, device: sameDevice ? device : stranger }
        const inWindow = rotated && sameDevice && grace > 0 && since <= grace
        const expected =
          ended !== null || generation === 5
            ? 'dead'
            : generation > 5
              ? 'ahead'
              : generation === 4 && inWindow
                ? 'repeat'
                : 'reuse'
        expect(judgeStaleToken(state, presented, now, grace)).toBe(expected)
      }),
      { numRuns: 2000 },
    )
  })

  it('closes the window a millisecond after its last one', () => {
    const presented = { generation: 4, device }
    const rotatedAgo = (ms: number) => session({ previousAt: new Date(now.getTime() - ms) })
    expect(judgeStaleToken(rotatedAgo(10_000), presented, now, 10)).toBe('repeat')
    expect(judgeStaleToken(rotatedAgo(10_001), presented, now, 10)).toBe('reuse')
  })

  it('takes a digest of another length for another device', () => {
    const presented = { generation: 4, device: new Uint8Array() }
    expect(judgeStaleToken(session(), presented, now, 10)).toBe('reuse')
  })
})
