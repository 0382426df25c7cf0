import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { logoutDocument } from '../support/operations.ts'
import { rotate, signUp } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

describe('the job purge-expired', () => {
  it('removes what can never be used again, and nothing that still can', async () => {
    const actor = test.actor()
    const gone = await signUp(actor)
    await actor.ask(logoutDocument, {}, Actor.bearer(gone.accessToken))
    expect(await test.app.jobs.purgeExpired()).toBe(0)
    test.clock.advance(31 * 86_400)
    const living = await signUp(test.actor())
    expect(await test.app.jobs.purgeExpired()).toBeGreaterThanOrEqual(3)
    const { client } = test.database
    expect(await client.session.findMany({ select: { id: true } })).toEqual([{ id: living.sessionId }])
    expect(await client.revocation.count()).toBe(0)
    expect(await client.oneTimeToken.count()).toBe(2)
    expect(await rotate(test.actor(), living.refreshToken)).toMatch(/^ghr_/)
  })
})
