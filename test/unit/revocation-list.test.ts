import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MemoryRevocationChannel } from '../../src/adapters/memory/memory-revocation-channel.ts'
import type { RevocableToken, Revocation } from '../../src/domain/tokens/revocation.ts'
import { RevocationList } from '../../src/domain/tokens/revocation-list.ts'
import type {
  FeedPosition,
  PackedRevocations,
  RecordedRevocation,
  RevocationStore,
} from '../../src/domain/tokens/revocation-store.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { eventually } from '../support/eventually.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { revocableToken } from '../support/revocable-token.ts'

/** A table of revocations that can be away. */
class FakeStore implements Pick<RevocationStore, 'listPage' | 'listPacked' | 'isRevoked'> {
  readonly rows: { revocation: Revocation; recordedAt: Date }[] = []
  away = false
  asked = 0
  onList: () => void = () => undefined

  /** The clock of the database. By default it is that of the process. */
  readClock = async (): Promise<Date> => clock.now()

  async insert(revocation: Revocation, recordedAt?: Date): Promise<void> {
    this.rows.push({ revocation, recordedAt: recordedAt ?? (await this.readClock()) })
  }

  async listPage(after: FeedPosition | null, now: Date): Promise<readonly RecordedRevocation[]> {
    if (this.away) throw new Error('The database is away.')
    this.onList()
    return this.rows
      .filter(
        ({ revocation, recordedAt }) =>
          revocation.expiresAt > now && recordedAt >= (after?.recordedAt ?? new Date(0)),
      )
      .map(({ revocation, recordedAt }) => ({ revocation, position: { recordedAt, id: randomUUID() } }))
  }

  /** One page. */
  async listPacked(after: FeedPosition | null, now: Date): Promise<PackedRevocations> {
    const others = (await this.listPage(after, now)).map(({ revocation }) => revocation)
    const none = new Uint8Array()
    return { sessions: none, users: none, tokens: none, apiKeys: none, others, next: null }
  }

  async isRevoked(token: RevocableToken): Promise<boolean> {
    this.asked += 1
    if (this.away) throw new Error('The database is away.')
    return this.rows.some(({ revocation }) => 'tokenId' in revocation && revocation.tokenId === token.tokenId)
  }
}

let clock: ManualClock
let store: FakeStore
let channel: MemoryRevocationChannel
let list: RevocationList
beforeEach(() => {
  clock = new ManualClock()
  store = new FakeStore()
  channel = new MemoryRevocationChannel()
  list = new RevocationList({ store, channel, clock, logger: silentLogger, stalenessSeconds: 5 })
})
afterEach(() => list.stop())

const token = () => revocableToken(clock.now())
const later = (seconds: number) => new Date(clock.now().getTime() + seconds * 1000)
const ofSession = ({ sessionId }: RevocableToken, expiresAt = later(3600)): Revocation => ({
  kind: 'SESSION',
  sessionId,
  expiresAt,
})
const ofUser = ({ userId }: RevocableToken, minimumTokenVersion: number): Revocation => ({
  kind: 'USER',
  userId,
  minimumTokenVersion,
  expiresAt: later(3600),
})

describe('starting', () => {
  it('knows everything that was revoked before', async () => {
    const old = token()
    await store.insert(ofSession(old), later(-3000))
    await list.start()
    expect(await list.isRevoked(old)).toBe(true)
    expect(await list.isRevoked(token())).toBe(false)
    expect(store.asked).toBe(0)
  })

  it('misses nothing that is announced while it loads', async () => {
    const meanwhile = token()
    store.onList = () => channel.publish([ofSession(meanwhile)])
    await list.start()
    expect(await list.isRevoked(meanwhile)).toBe(true)
  })

  it('misses nothing that is committed late while it loads', async () => {
    const meanwhile = token()
    const listPacked = store.listPacked.bind(store)
    store.listPacked = async (...page) => {
      const loaded = await listPacked(...page)
      await store.insert(ofSession(meanwhile), later(-9))
      return loaded
    }
    await list.start()
    expect(await list.isRevoked(meanwhile)).toBe(true)
    expect(store.asked).toBe(0)
  })

  it('reports each revocation to those who listen already', async () => {
    const heard: Revocation[] = []
    const old = ofSession(token())
    list.listen((revocations) => void heard.push(...revocations))
    await store.insert(old, later(-3000))
    await list.start()
    expect(heard).toEqual([old])
  })

  it('fails when the first load fails, and asks for each token until one succeeds', async () => {
    store.away = true
    await expect(list.start()).rejects.toThrow('away')
    await expect(list.isRevoked(token())).rejects.toThrow('away')
    store.away = false
    expect(await list.isRevoked(token())).toBe(false)
    expect(store.asked).toBe(2)
  })
})

describe('a change of roles', () => {
  beforeEach(() => list.start())
  const [tenant, otherTenant] = [randomUUID(), randomUUID()]
  const holder = (accessVersion = 4): RevocableToken => ({
    ...token(),
    tenantId: tenant,
    accessRoles: ['author', 'editor'],
    accessVersion,
  })
  const change = (of: Partial<Extract<Revocation, { kind: 'ACCESS' }>>): Revocation => ({
    kind: 'ACCESS',
    tenantId: null,
    role: 'editor',
    minimumAccessVersion: 5,
    expiresAt: later(60),
    ...of,
  })

  it.each([
    { what: 'a role in every tenant', of: {} },
    { what: 'every role in every tenant', of: { role: null } },
    { what: 'a role of the tenant', of: { tenantId: tenant } },
    { what: 'every role of the tenant', of: { tenantId: tenant, role: null } },
  ])('refuses holders of $what whose roles were read before', async ({ of }) => {
    list.announce([change(of)])
    expect(await list.isRevoked(holder())).toBe(true)
    expect(await list.isRevoked(holder(5))).toBe(false)
    expect(await list.isRevoked(token())).toBe(false)
    expect(list.knowsAccess(holder())).toBe(true)
    expect(list.knowsAccess(holder(5))).toBe(false)
  })

  it.each([
    { what: 'another role', of: { role: 'reader' } },
    { what: 'another tenant', of: { tenantId: otherTenant } },
    { what: 'every role of another tenant', of: { tenantId: otherTenant, role: null } },
  ])('of $what refuses no one else', async ({ of }) => {
    list.announce([change(of)])
    expect(await list.isRevoked(holder())).toBe(false)
  })

  it('never goes back, and is forgotten once the affected tokens have expired', async () => {
    list.announce([change({ minimumAccessVersion: 7 }), change({ minimumAccessVersion: 5 })])
    expect(await list.isRevoked(holder(6))).toBe(true)
    clock.advance(61)
    await list.poll()
    expect(await list.isRevoked(holder(6))).toBe(false)
  })

  it('of another installation on the same channel refuses no one', async () => {
    channel.publish([change({ role: null, minimumAccessVersion: 9 })])
    expect(await list.isRevoked(holder())).toBe(false)
    await list.poll()
    expect(await list.isRevoked(holder())).toBe(false)
  })

  it('is read from the database as soon as the channel reports it', async () => {
    const patient = new RevocationList({
      store,
      channel,
      clock,
      logger: silentLogger,
      stalenessSeconds: 5,
      pollMs: 3_600_000,
    })
    await patient.start()
    await store.insert(change({}), clock.now())
    channel.publish([change({})])
    await eventually(async () => expect(await patient.isRevoked(holder())).toBe(true))
    patient.stop()
  })

  it('is reported to listeners once', async () => {
    const heard: Revocation[] = []
    list.listen((revocations) => void heard.push(...revocations))
    list.announce([change({}), change({})])
    list.announce([change({}), change({ minimumAccessVersion: 6 })])
    expect(heard).toMatchObject([
      { minimumAccessVersion: 5 },
      { minimumAccessVersion: 5 },
      { minimumAccessVersion: 6 },
    ])
  })
})

describe('a revocation', () => {
  beforeEach(() => list.start())

  it('is known immediately to the process that announced it, and to those that receive it', async () => {
    const [mine, theirs] = [token(), token()]
    list.announce([ofSession(mine)])
    channel.publish([{ kind: 'TOKEN', tokenId: theirs.tokenId, expiresAt: later(60) }])
    expect(await list.isRevoked(mine)).toBe(true)
    expect(await list.isRevoked(theirs)).toBe(true)
    expect(await list.isRevoked({ ...theirs, tokenId: randomUUID() })).toBe(false)
  })

  it('of a user refuses lower token versions only, and never goes back', async () => {
    const stale = token()
    list.announce([ofUser(stale, 4)])
    expect(await list.isRevoked(stale)).toBe(true)
    expect(await list.isRevoked({ ...stale, tokenVersion: 4 })).toBe(false)
    list.announce([ofUser(stale, 2)])
    expect(await list.isRevoked(stale)).toBe(true)
  })

  it('is learned by the next poll, also when its writer was slow to commit', async () => {
    const slow = token()
    clock.advance(60)
    await list.poll()
    await store.insert(ofSession(slow), later(-9))
    clock.advance(1)
    await list.poll()
    expect(await list.isRevoked(slow)).toBe(true)
  })

  it('is forgotten once no token can be alive any more, not before', async () => {
    const short = token()
    list.announce([ofSession(short, later(60))])
    clock.advance(59)
    await list.poll()
    expect(await list.isRevoked(short)).toBe(true)
    // Kept to the next whole second.
    clock.advance(2)
    await list.poll()
    expect(await list.isRevoked(short)).toBe(false)
  })

  it('is not forgotten because a message gives an earlier expiry', async () => {
    const kept = token()
    list.announce([ofSession(kept), { kind: 'TOKEN', tokenId: kept.tokenId, expiresAt: later(3600) }])
    channel.publish([
      ofSession(kept, later(-1)),
      { kind: 'TOKEN', tokenId: kept.tokenId, expiresAt: later(-1) },
    ])
    await list.poll()
    expect(await list.isRevoked({ ...kept, tokenId: randomUUID() })).toBe(true)
    expect(await list.isRevoked({ ...kept, sessionId: randomUUID() })).toBe(true)
  })
})

describe('a clock that is set', () => {
  beforeEach(() => list.start())

  it('back by an hour hides no new revocation', async () => {
    const hidden = token()
    clock.jump(-3600)
    await list.poll()
    await store.insert(ofSession(hidden), clock.now())
    await list.poll()
    expect(await list.isRevoked(hidden)).toBe(true)
  })

  it('forward by eight days and back again revives no token', async () => {
    const revoked = token()
    await store.insert(ofSession(revoked), clock.now())
    clock.advance(60)
    await list.poll()
    clock.jump(8 * 86_400)
    await list.poll()
    clock.jump(-8 * 86_400)
    await list.poll()
    expect(await list.isRevoked(revoked)).toBe(true)
  })
})

describe('the clock of the database', () => {
  it('decides what is new, however far the clocks of processes differ', async () => {
    const databaseClock = new ManualClock()
    databaseClock.jump(-40)
    store.readClock = async () => databaseClock.now()
    await list.start()
    for (let n = 0; n < 3; n += 1) {
      for (const each of [clock, databaseClock]) each.advance(20)
      const revoked = token()
      await store.insert(ofSession(revoked))
      await list.poll()
      expect(await list.isRevoked(revoked)).toBe(true)
    }
  })

  it('loads everything again if it was set back, as after a failover', async () => {
    const databaseClock = new ManualClock()
    store.readClock = async () => databaseClock.now()
    await list.start()
    databaseClock.jump(-60)
    clock.advance(1)
    const revoked = token()
    await store.insert(ofSession(revoked))
    await list.poll()
    expect(await list.isRevoked(revoked)).toBe(true)
  })

  it('is compared with that of the process, and a difference is reported once', async () => {
    const warnings: unknown[] = []
    const logger = { ...silentLogger, warn: (fields: object) => void warnings.push(fields) }
    const compared = new RevocationList({ store, channel, clock, logger, stalenessSeconds: 5 })
    store.readClock = async () => new Date(clock.now().getTime() - 30_000)
    await compared.start()
    await compared.poll()
    compared.stop()
    expect(warnings).toEqual([{ aheadSeconds: 30 }])
    store.readClock = async () => new Date(clock.now().getTime() + 4000)
    await compared.poll()
    expect(warnings).toHaveLength(1)
  })
})

describe('a list that is behind', () => {
  beforeEach(() => list.start())

  it('is trusted for as long as it may be, then the database is asked for each token', async () => {
    store.away = true
    clock.advance(5)
    await expect(list.poll()).rejects.toThrow('away')
    expect(await list.isRevoked(token())).toBe(false)
    expect(store.asked).toBe(0)
    clock.advance(0.001)
    store.away = false
    const unheard = token()
    await store.insert({ kind: 'TOKEN', tokenId: unheard.tokenId, expiresAt: later(60) }, clock.now())
    expect(await list.isRevoked(unheard)).toBe(true)
    expect(await list.isRevoked(token())).toBe(false)
    expect(store.asked).toBe(2)
    await list.poll()
    expect(await list.isRevoked(token())).toBe(false)
    expect(store.asked).toBe(2)
  })

  it('accepts nothing when the database cannot answer, but still refuses what it knows', async () => {
    const known = token()
    list.announce([ofSession(known)])
    store.away = true
    clock.advance(6)
    await expect(list.isRevoked(token())).rejects.toThrow('away')
    expect(await list.isRevoked(known)).toBe(true)
  })

  it('is not trusted after a doubt, until a poll that began later has succeeded', async () => {
    await list.isRevoked(token())
    store.onList = () => list.markUncertain()
    await list.poll()
    store.onList = () => undefined
    await list.isRevoked(token())
    expect(store.asked).toBe(1)
    await list.poll()
    await list.isRevoked(token())
    expect(store.asked).toBe(1)
  })

  it('is not made fresh by a clock that was set back', async () => {
    store.away = true
    clock.advance(6)
    clock.jump(-3600)
    await expect(list.isRevoked(token())).rejects.toThrow('away')
  })
})
