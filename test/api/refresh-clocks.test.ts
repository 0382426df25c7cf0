import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ManualClock } from '../support/manual-clock.ts'
import { askRefresh, rotate, signUp, whoIs } from '../support/people.ts'
import { auditOf } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

describe('two processes whose clocks differ by four seconds', () => {
  it('see no reuse in repeats and handovers, for any process that rotates', async () => {
    const clocks = [new ManualClock(), new ManualClock()] as const
    clocks[0].jump(-2)
    clocks[1].jump(2)
    const early = await createTestApp({ database: test.database, clock: clocks[0] })
    const late = await createTestApp({ database: test.database, clock: clocks[1] })
    for (const [first, second] of [
      [early, late],
      [late, early],
    ] as const) {
      const ada = await signUp(first.actor())
      expect(await whoIs(second.actor(), ada.accessToken)).toBe(ada.userId)
      const successor = await rotate(first.actor(), ada.refreshToken)
      for (const clock of clocks) clock.advance(5)
      expect(await rotate(second.actor(), ada.refreshToken)).toBe(successor)
      const third = await rotate(second.actor(), successor)
      expect(await rotate(first.actor(), successor)).toBe(third)
      expect((await askRefresh(first.actor(), third)).__typename).toBe('RefreshSuccess')
    }
    await late.close()
    await early.close()
  })
})

describe('a clock that is set back', () => {
  it('signs no one out', async () => {
    const clock = new ManualClock()
    const service = await createTestApp({ database: test.database, clock })
    const ada = await signUp(service.actor())
    const second = await rotate(service.actor(), ada.refreshToken)
    clock.jump(-3600)
    expect(await rotate(service.actor(), ada.refreshToken)).toBe(second)
    const third = await rotate(service.actor(), second)
    expect(await rotate(service.actor(), second)).toBe(third)
    clock.jump(3600)
    expect((await askRefresh(service.actor(), third)).__typename).toBe('RefreshSuccess')
    await service.close()
  })

  it('refuses access tokens of the future beyond the leeway, and no others', async () => {
    const clock = new ManualClock()
    const service = await createTestApp({ database: test.database, clock })
    const ada = await signUp(service.actor())
    clock.jump(-4)
    expect(await whoIs(service.actor(), ada.accessToken)).toBe(ada.userId)
    clock.jump(-60)
    expect(await whoIs(service.actor(), ada.accessToken)).toBe('TOKEN_INVALID')
    await service.close()
  })
})

describe('a database that has lost its last writes', () => {
  it('moves forward with the token that it has forgotten, and raises the alarm', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    let token = ada.refreshToken
    for (let i = 0; i < 3; i += 1) token = await rotate(actor, token)
    await test.database.client.session.update({
      where: { id: ada.sessionId },
      data: { generation: 1, previousAt: null, rotatedBy: null },
    })
    const moved = await askRefresh(actor, token)
    expect(moved).toMatchObject({ __typename: 'RefreshSuccess', session: { id: ada.sessionId } })
    expect(await rotate(actor, token)).toBe(moved.tokens.refreshToken)
    expect((await askRefresh(actor, moved.tokens.refreshToken)).__typename).toBe('RefreshSuccess')
    const row = await test.database.client.session.findUniqueOrThrow({ where: { id: ada.sessionId } })
    expect(row.generation).toBe(5)
    const alarms = (await auditOf(test.database, ada.userId)).filter(
      ({ type }) => type === 'SUSPICIOUS_ACTIVITY',
    )
    expect(alarms).toMatchObject([{ sessionId: ada.sessionId, reason: 'REFRESH_TOKEN_AHEAD' }])
    const lines = test.log.map((line) => JSON.parse(line))
    expect(lines).toContainEqual(
      expect.objectContaining({ sessionId: ada.sessionId, stored: 1, presented: 3, level: 'error' }),
    )
  })

  it('does not bring back to life what has ended', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const second = await rotate(actor, ada.refreshToken)
    const where = { id: ada.sessionId }
    await test.database.client.session.update({
      where,
      data: { generation: 0, revokedAt: test.clock.now() },
    })
    expect((await askRefresh(actor, second)).code).toBe('INVALID_REFRESH_TOKEN')
    expect((await test.database.client.session.findUniqueOrThrow({ where })).generation).toBe(0)
  })
})
