import { describe, expect, it } from 'vitest'
import { type Origin, ownOrigin } from '../../src/domain/origin/origin.ts'
import { isKnownBy, isSameDevice } from '../../src/domain/sessions/device-match.ts'
import { deviceProfile } from '../../src/domain/sessions/device-profile.ts'
import { agents } from '../support/devices.ts'

interface Seen extends Partial<Origin> {
  readonly fingerprint?: string
}

function profile({ fingerprint, ...origin }: Seen) {
  return deviceProfile({ ...ownOrigin('r'), userAgent: agents.firefox, ...origin }, { fingerprint })
}

const app = 'Shop/1.2 CFNetwork/1490.0.4 Darwin/23.2.0'

describe('isSameDevice', () => {
  it.each<[string, Seen, Seen]>([
    ['nothing has changed', {}, {}],
    ['the browser has updated itself', {}, { userAgent: agents.firefoxNext }],
    ['an app has updated itself', { userAgent: app }, { userAgent: app.replace('1.2', '2.0') }],
    ['a tool has updated itself', { userAgent: agents.curl }, { userAgent: 'curl/9.0' }],
    ['the language has changed', { language: 'de' }, { language: 'fr' }],
    ['the address has changed', { address: '192.0.2.1' }, { address: '203.0.113.1' }],
    ['the platform hint has come', {}, { platform: 'Linux' }],
    ['the platform hint has gone', { platform: 'Linux' }, {}],
    ['nobody ever named himself', { userAgent: null }, { userAgent: null }],
    ['a User-Agent has come', { userAgent: null }, {}],
    [
      'fingerprints agree and nothing else does',
      { fingerprint: 'x' },
      { fingerprint: 'x', userAgent: agents.phone },
    ],
    ['a fingerprint has come', {}, { fingerprint: 'x' }],
  ])('says yes when %s', (_what, before, now) => {
    expect(isSameDevice(profile(before), profile(now))).toBe(true)
  })

  it.each<[string, Seen, Seen]>([
    ['the browser is another one', {}, { userAgent: agents.chrome }],
    ['the system is another one', {}, { userAgent: agents.firefoxOnWindows }],
    ['a desktop has become a telephone', { userAgent: agents.chrome }, { userAgent: agents.phone }],
    ['a browser has become a tool', {}, { userAgent: agents.curl }],
    ['the platform hint is another one', { platform: 'Linux' }, { platform: 'Windows' }],
    ['the User-Agent has gone', {}, { userAgent: null }],
    ["a tool's User-Agent has gone", { userAgent: agents.curl }, { userAgent: null }],
    ['the User-Agent tells nothing any more', {}, { userAgent: '((((' }],
    ['the User-Agent tells no browser any more', {}, { userAgent: 'Mozilla/5.0 (X11; Linux x86_64)' }],
    ['fingerprints differ and nothing else does', { fingerprint: 'x' }, { fingerprint: 'y' }],
    ['the fingerprint has gone', { fingerprint: 'x' }, {}],
    ['there is another User-Agent and one fingerprint', { fingerprint: 'x' }, { userAgent: agents.chrome }],
  ])('says no when %s', (_what, before, now) => {
    expect(isSameDevice(profile(before), profile(now))).toBe(false)
  })

  it('uses the mobile hint if the User-Agent does not contain it', () => {
    expect(profile({ userAgent: agents.curl, mobile: true }).type).toBe('MOBILE')
    expect(profile({ userAgent: agents.firefox, mobile: true }).type).toBe('DESKTOP')
  })
})

describe('isKnownBy', () => {
  it.each<[string, Seen, Seen, boolean]>([
    ['the same browser', {}, { userAgent: agents.firefoxNext }, true],
    ['another browser', {}, { userAgent: agents.chrome }, false],
    ['a browser, after a session without a User-Agent', { userAgent: null }, {}, false],
    ['no User-Agent, as before', { userAgent: null }, { userAgent: null }, true],
    ['a fingerprint', { userAgent: null, fingerprint: 'x' }, { fingerprint: 'x' }, true],
    ['half a fingerprint', { userAgent: null, fingerprint: 'x' }, {}, false],
  ])('of %s', (_what, before, now, known) => {
    expect(isKnownBy(profile(before), profile(now))).toBe(known)
  })
})
