import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { MemoryRevocationChannel } from '../../src/adapters/memory/memory-revocation-channel.ts'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import { reasonOf } from '../support/answers.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { signUp, tryLogout, tryMe } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { openTestDatabase } from '../support/test-database.ts'

/** Each service has a channel of its own, as without Redis: it hears of the others by polling only. */
const apart = (opened: Infrastructure): Infrastructure => ({
  ...opened,
  revocationChannel: new MemoryRevocationChannel(),
})

/** Two services without Redis, on one database, whose clocks differ by 30 seconds; neither moves. */
describe.each([
  ['ahead', 30],
  ['behind', -30],
])('a process whose clock is 30 seconds %s', (_how, seconds) => {
  let right: TestApp
  let wrong: TestApp
  let database: Awaited<ReturnType<typeof openTestDatabase>>
  beforeAll(async () => {
    database = await openTestDatabase()
    right = await createTestApp({ database, infrastructure: apart })
    wrong = await createTestApp({ database, infrastructure: apart, clock: new ManualClock(seconds) })
  })
  afterAll(async () => {
    await wrong.close()
    await right.close()
    await database.close()
  })

  it.each([
    ['ended by it', () => [wrong, right] as const],
    ['ended by the other', () => [right, wrong] as const],
  ])('hears of a session that was %s, and so does the other', async (_whose, services) => {
    const [one, other] = services()
    // Both accept a token of the slower clock; one of the faster clock would be a token from the future.
    const ada = await signUp((seconds > 0 ? right : wrong).actor())
    expect(reasonOf(await tryMe(other.actor(), ada.accessToken))).toBe('ok')
    expect(reasonOf(await tryLogout(one.actor(), ada.accessToken))).toBe('ok')
    const isRefused = async () =>
      expect(reasonOf(await tryMe(other.actor(), ada.accessToken))).toBe('TOKEN_REVOKED')
    await vi.waitFor(isRefused, { timeout: 10_000, interval: 50 })
  })

  it('is warned of at its start, and the right one is not', () => {
    const warnings = (test: TestApp) => test.log.filter((line) => line.includes('clock of this process'))
    expect(warnings(right)).toEqual([])
    expect(warnings(wrong)).toHaveLength(1)
    expect(JSON.parse(warnings(wrong)[0] ?? '{}')).toMatchObject({
      level: 'warn',
      aheadSeconds: expect.any(Number),
    })
  })
})
