import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { UserViewer } from '../../src/domain/access/viewer.ts'
import { SessionListener } from '../../src/domain/sessions/session-listener.ts'
import { StreamSlots } from '../../src/domain/sessions/stream-slots.ts'
import { MultiMap } from '../../src/lib/collections/multi-map.ts'
import { noMetrics } from '../../src/lib/observation/metrics.ts'
import { ManualClock } from '../support/manual-clock.ts'

const exempt = '198.51.100.24'

let slots: StreamSlots
beforeEach(() => {
  const isExempt = (address: string) => address === exempt
  slots = new StreamSlots({ clock: new ManualClock(), gauges: noMetrics, isExempt })
})

function take(
  address: string | null,
  userId: string = randomUUID(),
  sessionId: string = randomUUID(),
): SessionListener {
  const viewer: UserViewer = {
    kind: 'USER',
    userId,
    tenantId: randomUUID(),
    sessionId,
    role: 'USER',
    permissions: new Set(),
    accessRoles: [],
    accessPermissions: new Set(),
    accessVersion: null,
    tokenVersion: 0,
    tokenId: randomUUID(),
    issuedAt: new Date(),
    tokenExpiresAt: new Date(Date.now() + 900_000),
    amr: ['pwd'],
    authTime: new Date(),
    secondFactorAt: null,
    via: 'header',
  }
  const listener: SessionListener = new SessionListener(viewer, address, new MultiMap(), () =>
    slots.remove(listener),
  )
  slots.add(listener)
  return listener
}

describe('StreamSlots', () => {
  it('gives five hundred to one address, the whole network of an IPv6 one', () => {
    const streams = Array.from({ length: 500 }, (_, index) => take(`2001:db8::${(index + 1).toString(16)}`))
    expect(() => take('2001:db8::ffff')).toThrow('Too many streams of this address.')
    take('2001:db8:0:1::1')
    streams[0]?.stream.end()
    take('2001:db8::ffff')
    expect(slots.size).toBe(501)
  })

  it('counts neither what is exempt nor what is unknown, until the process is full', () => {
    for (const address of [exempt, null]) for (let count = 0; count < 1000; count += 1) take(address)
    expect(() => take('198.51.100.25')).toThrow('The service')
    expect(slots.size).toBe(2000)
  })

  /** In the order in which they signed in. */
  const sessions = Array.from(
    { length: 21 },
    (_, n) => `0198c0de-00${n.toString(16).padStart(2, '0')}-7000-8000-000000000000`,
  )
  const [oldest = '', ...younger] = sessions
  const youngest = younger.at(-1) ?? ''

  it('has room for an account at its limit, in a process that is full, too', () => {
    const userId = randomUUID()
    const first = take(null, userId, youngest)
    for (const sessionId of younger.slice(0, 19)) take(null, userId, sessionId)
    while (slots.size < 2000) take(null)
    const latest = take(null, userId, oldest)
    expect(slots.of(userId)).toHaveLength(20)
    expect(slots.of(userId)).not.toContain(first)
    expect(slots.of(userId).at(-1)).toBe(latest)
  })

  it('lets no number of younger sessions end the only stream of an older one', () => {
    const userId = randomUUID()
    const owner = take(null, userId, oldest)
    const strangers = younger.slice(0, 19)
    for (const sessionId of strangers) take(null, userId, sessionId)
    for (const sessionId of [...strangers, ...strangers]) take(null, userId, sessionId)
    expect(() => take(null, userId, youngest)).toThrow('Too many streams of this account.')
    expect(slots.of(userId)).toHaveLength(20)
    expect(slots.of(userId)).toContain(owner)
  })

  it('ends the oldest stream of the youngest session of those that have the most', () => {
    const userId = randomUUID()
    const [a = '', b = '', c = '', d = '', e = ''] = sessions
    const streams = new Map(
      [b, a, d, c].map((sessionId) => [
        sessionId,
        Array.from({ length: 5 }, () => take(null, userId, sessionId)),
      ]),
    )
    take(null, userId, e)
    take(null, userId, e)
    const left = slots.of(userId)
    expect(streams.get(d)?.map((stream) => left.includes(stream))).toEqual([false, true, true, true, true])
    expect(streams.get(c)?.map((stream) => left.includes(stream))).toEqual([false, true, true, true, true])
    expect(left).toHaveLength(20)
  })
})
