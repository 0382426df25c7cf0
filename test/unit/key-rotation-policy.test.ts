import { describe, expect, it } from 'vitest'
import { type KeyRotationRules, nextRotationStep } from '../../src/domain/keys/key-rotation-policy.ts'
import type { SigningKeyState, StoredSigningKey } from '../../src/domain/keys/signing-key.ts'

const day = 24 * 3600 * 1000
const now = new Date('2026-06-01T00:00:00Z')
const ago = (ms: number) => new Date(now.getTime() - ms)
const rules: KeyRotationRules = { algorithm: 'RS256', rotationDays: 90, publishSeconds: 600 }

function key(state: SigningKeyState, given: Partial<StoredSigningKey> = {}): StoredSigningKey {
  return {
    kid: state.toLowerCase(),
    algorithm: 'RS256',
    publicJwk: {},
    sealedPrivateJwk: new Uint8Array(),
    state,
    createdAt: ago(day),
    activatedAt: state === 'NEXT' ? null : ago(day),
    retiresAt: null,
    ...given,
  }
}

function step(
  keys: readonly StoredSigningKey[],
  { asked = false, unusable = [] as readonly StoredSigningKey[], given = rules } = {},
) {
  return nextRotationStep({ keys, unusable }, given, now, asked)
}

describe('the rotation of signing keys', () => {
  it('publishes the next key long before it is needed', () => {
    expect(step([key('CURRENT')])).toEqual({ kind: 'PUBLISH_NEXT', replaces: null })
  })

  it('does nothing while the current key is recent and no rotation is requested', () => {
    expect(step([key('CURRENT'), key('NEXT')])).toEqual({ kind: 'NOTHING' })
  })

  it.each([
    ['it has signed for so many days', key('CURRENT', { activatedAt: ago(90 * day) }), false],
    ['a rotation is requested', key('CURRENT'), true],
    ['the configured algorithm is another one', key('CURRENT', { algorithm: 'ES256' }), false],
  ])('promotes the next key when %s', (_why, current, asked) => {
    expect(step([current, key('NEXT')], { asked })).toEqual({
      kind: 'PROMOTE',
      nextKid: 'next',
      currentKid: 'current',
      retiresAt: new Date(now.getTime() + 3900 * 1000),
    })
  })

  it('waits until every verifier can have seen the next key, and remembers the plan', () => {
    const createdAt = ago(599_000)
    const activatesAt = new Date(createdAt.getTime() + 600_000)
    const keys = [key('CURRENT'), key('NEXT', { createdAt })]
    expect(step(keys, { asked: true })).toEqual({ kind: 'PLAN', nextKid: 'next', activatesAt })
    expect(step([key('CURRENT'), key('NEXT', { createdAt, activatedAt: activatesAt })])).toEqual({
      kind: 'NOTHING',
    })
    const later = key('NEXT', { createdAt: ago(600_000), activatedAt: new Date(now.getTime() + 1) })
    expect(step([key('CURRENT'), later])).toEqual({ kind: 'NOTHING' })
    expect(step([key('CURRENT'), later], { asked: true })).toMatchObject({ kind: 'PROMOTE' })
    const ready = key('NEXT', { createdAt: ago(600_000), activatedAt: now })
    expect(step([key('CURRENT'), ready])).toMatchObject({ kind: 'PROMOTE' })
  })

  it('draws another next key where the algorithm is another one or it cannot be opened', () => {
    const other = key('NEXT', { algorithm: 'EdDSA' })
    expect(step([key('CURRENT'), other], { asked: true })).toEqual({ kind: 'PUBLISH_NEXT', replaces: 'next' })
    const damaged = key('NEXT')
    expect(step([key('CURRENT'), damaged], { unusable: [damaged], asked: true })).toEqual({
      kind: 'PUBLISH_NEXT',
      replaces: 'next',
    })
  })

  it('never rotates by itself where that is switched off', () => {
    const keys = [key('CURRENT', { activatedAt: ago(5000 * day) }), key('NEXT')]
    expect(step(keys, { given: { ...rules, rotationDays: null } })).toEqual({ kind: 'NOTHING' })
  })
})
