import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { RevocationFeed } from '../../src/domain/tokens/revocation-feed.ts'
import type { FeedPosition, RevocationOfFeed } from '../../src/domain/tokens/revocation-store.ts'
import { ManualClock } from '../support/manual-clock.ts'

const pageSize = 1000
let clock: ManualClock
let feed: RevocationFeed
let rows: RevocationOfFeed[]
beforeEach(() => {
  clock = new ManualClock()
  rows = []
  feed = new RevocationFeed({ store: { listPageOfFeed, readClock: async () => clock.now() }, clock })
})

const keyOf = ({ recordedAt, id }: FeedPosition) => `${recordedAt.toISOString()} ${id}`

async function listPageOfFeed(after: FeedPosition | null, _now: Date, limit: number) {
  const sorted = rows.toSorted((a, b) => (keyOf(a.position) < keyOf(b.position) ? -1 : 1))
  return sorted.filter(({ position }) => after === null || keyOf(position) > keyOf(after)).slice(0, limit)
}

/** Commits revocations that were recorded so many seconds ago; answers what they revoke. */
function commit(secondsAgo: number, count = 1): readonly string[] {
  const recordedAt = new Date(clock.now().getTime() - secondsAgo * 1000)
  const expiresAt = new Date(recordedAt.getTime() + 3_660_000)
  return Array.from({ length: count }, () => {
    const tokenId = randomUUID()
    rows.push({
      position: { recordedAt, id: randomUUID() },
      revocation: { kind: 'TOKEN', tokenId, expiresAt },
      tenantId: null,
    })
    return tokenId
  })
}

/** One page; answers where to go on. */
async function read(cursor: string | null, listed: Set<string>): Promise<{ cursor: string; more: boolean }> {
  const page = await feed.page(cursor)
  for (const { revocation } of page.revocations)
    if (revocation.kind === 'TOKEN') listed.add(revocation.tokenId)
  return page
}

/** All pages that there are now; answers where to go on. */
async function readAll(cursor: string | null, listed: Set<string>): Promise<string> {
  let page = await read(cursor, listed)
  for (let pages = 1; page.more; pages++) {
    expect(pages).toBeLessThan(20)
    page = await read(page.cursor, listed)
  }
  return page.cursor
}

describe('the feed of revocations', () => {
  it('lists all of them, for any number with the same time', async () => {
    const ids = [...commit(60, 10), ...commit(0, 3 * pageSize), ...commit(-1, 5)]
    const listed = new Set<string>()
    await readAll(null, listed)
    expect([...listed].toSorted()).toEqual([...ids].toSorted())
  })

  it('lists a revocation that is committed after a later one', async () => {
    commit(0, 5)
    const listed = new Set<string>()
    const cursor = await readAll(null, listed)
    const [late = ''] = commit(9)
    await readAll(cursor, listed)
    expect(listed).toContain(late)
  })

  it('lists it also if it is committed between two pages and the next page is requested late', async () => {
    commit(1, pageSize + 5)
    const listed = new Set<string>()
    const first = await read(null, listed)
    expect(first.more).toBe(true)
    const [late = ''] = commit(5)
    clock.advance(60)
    const cursor = await readAll(first.cursor, listed)
    await readAll(cursor, listed)
    expect(listed).toContain(late)
  })

  it('comes to an end where nothing new happens', async () => {
    commit(0, 2 * pageSize)
    clock.advance(60)
    const listed = new Set<string>()
    let cursor = await readAll(null, listed)
    cursor = await readAll(cursor, listed)
    expect((await feed.page(cursor)).revocations).toEqual([])
  })

  it('refuses cursors that it has not made', async () => {
    const { cursor } = await feed.page(null)
    for (const wrong of ['', 'rubbish', `${cursor}A`, cursor.slice(1), 'x'.repeat(500)]) {
      await expect(feed.page(wrong)).rejects.toThrow('since')
    }
  })
})
