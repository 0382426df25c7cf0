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
    secondFactorAt: null,
    amr: ['pwd'],
    ipAddress: null,
    userAgent: null,
    device: { name: 'x', browser: null, os: null, type: 'UNKNOWN' },
    profile: { fingerprint: null, browser: null, os: null, type: 'UNKNOWN', platform: null, language: null },
    network: null,
    riskSignals: [],
    riskScore: 0,
    generation: 5,
    rotations: [{ at: seconds(-1), device }],
    seenGeneration: null,
    revokedAt: null,
    ...changes,
  }
}

const rules = { refreshGraceSeconds: 10, lostAnswerSeconds: 120 }

describe('judgeStaleToken', () => {
  it('decides every case', () => {
    const cases = fc.record({
      behind: fc.integer({ min: -3, max: 10 }),
      /** Seconds since each rotation, the latest first. */
      since: fc.uniqueArray(fc.integer({ min: -30, max: 300 }), { maxLength: 8 }),
      stranger: fc.option(fc.nat({ max: 7 })),
      refreshGraceSeconds: fc.integer({ min: 0, max: 60 }),
      lostAnswerSeconds: fc.integer({ min: 0, max: 300 }),
      seen: fc.constantFrom(null, 19, 20),
      ended: fc.constantFrom(null, null, null, 'revoked', 'idle', 'absolute'),
    })
    fc.assert(
      fc.property(cases, ({ behind, since, stranger: by, seen, ended, ...windows }) => {
        const ages = since.toSorted((one, other) => one - other)
        const state = session({
          generation: 20,
          rotations: ages.map((age, at) => ({ at: seconds(-age), device: at === by ? stranger : device })),
          seenGeneration: seen,
          revokedAt: ended === 'revoked' ? now : null,
          idleExpiresAt: ended === 'idle' ? now : seconds(100),
          expiresAt: ended === 'absolute' ? now : seconds(200),
        })
        const age = ages[behind - 1]
        const isSameDevice = by === null || by >= behind
        const judged = judgeStaleToken(state, { generation: 20 - behind, device }, now, windows)
        const isOwn = age !== undefined && isSameDevice && windows.refreshGraceSeconds > 0
        const inGrace = isOwn && age <= windows.refreshGraceSeconds
        const isLost = isOwn && behind === 1 && age <= windows.lostAnswerSeconds && seen !== 20
        const ofOlder = inGrace ? 'repeat' : isLost ? 'lostAnswer' : 'reuse'
        const ofLive = behind === 0 ? 'dead' : behind < 0 ? 'ahead' : ofOlder
        expect(judged).toBe(ended === null ? ofLive : 'dead')
      }),
      { numRuns: 5000 },
    )
  })

  it('closes both windows a millisecond after their last one', () => {
    const presented = { generation: 4, device }
    const rotatedAgo = (ms: number) => session({ rotations: [{ at: new Date(now.getTime() - ms), device }] })
    expect(judgeStaleToken(rotatedAgo(10_000), presented, now, rules)).toBe('repeat')
    expect(judgeStaleToken(rotatedAgo(10_001), presented, now, rules)).toBe('lostAnswer')
    expect(judgeStaleToken(rotatedAgo(120_000), presented, now, rules)).toBe('lostAnswer')
    expect(judgeStaleToken(rotatedAgo(120_001), presented, now, rules)).toBe('reuse')
  })

  it('takes a digest of another length for another device', () => {
    const presented = { generation: 4, device: new Uint8Array() }
    expect(judgeStaleToken(session(), presented, now, rules)).toBe('reuse')
  })
})
