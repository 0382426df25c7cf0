import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { createOutage, type Outage } from '../support/outage.ts'
import { type SignedIn, signUp, tryRefresh } from '../support/people.ts'
import { pause } from '../support/stopwatch.ts'

let outage: Outage
beforeAll(async () => {
  outage = await createOutage()
})
afterAll(() => outage.close())

const clients = 40

interface Loop {
  readonly sessionId: string
  /** Every token that this client has been given, in order. */
  readonly tokens: string[]
  readonly refusals: string[]
  unavailable: number
}

/** A client that refreshes without a pause, and retries with the same token after UNAVAILABLE. */
async function refreshUntil(person: SignedIn, loop: Loop, over: () => boolean): Promise<void> {
  while (!over()) {
    const { status, data, errors } = await tryRefresh(person.actor, loop.tokens.at(-1) ?? '')
    if (data?.refresh?.__typename === 'RefreshSuccess') loop.tokens.push(data.refresh.tokens.refreshToken)
    else if (status === 503 && errors[0]?.extensions.code === 'UNAVAILABLE') {
      loop.unavailable += 1
      await sleep(50)
    } else {
      loop.refusals.push(JSON.stringify(data ?? errors))
      return
    }
  }
}

/** Waits until every client has been given another token, or has been refused. */
async function everybodyGoesOn(loops: readonly Loop[]): Promise<void> {
  const before = loops.map(({ tokens }) => tokens.length)
  const goesOn = ({ tokens, refusals }: Loop, at: number) =>
    tokens.length > (before[at] ?? 0) || refusals.length > 0
  await eventually(() => expect(loops.every(goesOn)).toBe(true), { everyMs: 20 })
}

describe.each([
  ['cut', () => outage.proxy.cut()],
  ['frozen', () => outage.proxy.freeze()],
])('forty clients that refresh while the database is %s for a second', (_how, fail) => {
  it('lose no session and fork none', async () => {
    const people: SignedIn[] = []
    for (let client = 0; client < clients; client += 1) people.push(await signUp(outage.test.actor()))
    const seen = people.map(
      ({ sessionId, refreshToken }): Loop => ({
        sessionId,
        tokens: [refreshToken],
        refusals: [],
        unavailable: 0,
      }),
    )
    let over = false
    const running = Promise.all(
      people.map((person, at) => refreshUntil(person, seen[at] ?? expect.unreachable(), () => over)),
    )
    await everybodyGoesOn(seen)
    fail()
    await pause(1000)
    outage.proxy.restore()
    await everybodyGoesOn(seen)
    over = true
    await running
    expect(seen.flatMap(({ refusals }) => refusals)).toEqual([])
    expect(seen.reduce((sum, { unavailable }) => sum + unavailable, 0)).toBeGreaterThan(0)
    for (const { sessionId, tokens } of seen) {
      const row = await outage.direct.client.session.findUniqueOrThrow({ where: { id: sessionId } })
      expect([row.generation, row.revokedAt]).toEqual([tokens.length - 1, null])
      expect(new Set(tokens).size).toBe(tokens.length)
    }
    const audited = await outage.direct.client.auditEvent.count({
      where: { type: 'TOKEN_REFRESHED', sessionId: { in: people.map(({ sessionId }) => sessionId) } },
    })
    expect(audited).toBe(seen.reduce((sum, { tokens }) => sum + tokens.length - 1, 0))
  })
})
