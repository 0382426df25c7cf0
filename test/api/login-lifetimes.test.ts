import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askLogin, askRefresh, signIn, signUp } from '../support/people.ts'
import { setRole } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const minute = 60
const day = 86_400

/** The two ends of a session, in seconds from now. */
async function endsOf(sessionId: string): Promise<{ idle: number; absolute: number }> {
  const row = await test.database.client.session.findUniqueOrThrow({ where: { id: sessionId } })
  const now = test.clock.now().getTime()
  return {
    idle: (row.idleExpiresAt.getTime() - now) / 1000,
    absolute: (row.expiresAt.getTime() - now) / 1000,
  }
}

describe('the life of a session', () => {
  it('is 7 days at rest and 30 days at all', async () => {
    const ada = await signUp(test.actor())
    expect(await endsOf(ada.sessionId)).toEqual({ idle: 7 * day, absolute: 30 * day })
    const { session, tokens } = await askLogin(test.actor(), ada.email)
    expect(session.rememberMe).toBe(false)
    expect(await endsOf(session.id)).toEqual({ idle: 7 * day, absolute: 30 * day })
    const end = new Date(test.clock.now().getTime() + 7 * day * 1000).toISOString()
    expect(session.expiresAt).toBe(end)
    expect(tokens.refreshTokenExpiresAt).toBe(end)
  })

  it('is 30 and 90 days with rememberMe', async () => {
    const ada = await signUp(test.actor())
    const { session } = await askLogin(test.actor(), ada.email, { rememberMe: true })
    expect(session.rememberMe).toBe(true)
    expect(await endsOf(session.id)).toEqual({ idle: 30 * day, absolute: 90 * day })
  })

  it('is half an hour and a day for administrators, with rememberMe too', async () => {
    const ada = await signUp(test.actor())
    await setRole(test.database, ada.userId, 'ADMIN')
    for (const rememberMe of [false, true]) {
      const { session } = await askLogin(test.actor(), ada.email, { rememberMe })
      expect(await endsOf(session.id)).toEqual({ idle: 30 * minute, absolute: day })
    }
  })

  it('is cut to that when its owner has become an administrator since', async () => {
    const ada = await signUp(test.actor())
    test.clock.advance(day / 2)
    await setRole(test.database, ada.userId, 'ADMIN')
    const document = `mutation ($input: RefreshInput) {
      refresh(input: $input) { ... on RefreshSuccess { session { user { role } } } }
    }`
    const { data } = await test.actor().ask(document, { input: { refreshToken: ada.refreshToken } })
    expect(data.refresh.session.user.role).toBe('ADMIN')
    expect(await endsOf(ada.sessionId)).toEqual({ idle: 30 * minute, absolute: day / 2 })
  })

  it('is over for an administrator who signed in more than a day ago', async () => {
    const ada = await signUp(test.actor())
    test.clock.advance(day + 1)
    await setRole(test.database, ada.userId, 'ADMIN')
    expect((await askRefresh(test.actor(), ada.refreshToken)).code).toBe('INVALID_REFRESH_TOKEN')
  })

  it('begins anew at rest with every refresh, and never passes its absolute end', async () => {
    const ada = await signUp(test.actor())
    test.clock.advance(6 * day)
    const second = await askRefresh(test.actor(), ada.refreshToken)
    expect(await endsOf(ada.sessionId)).toEqual({ idle: 7 * day, absolute: 24 * day })
    expect(second.session.lastUsedAt).toBe(test.clock.now().toISOString())
    let { refreshToken } = second.tokens
    for (const days of [6, 6, 6]) {
      test.clock.advance(days * day)
      refreshToken = (await askRefresh(test.actor(), refreshToken)).tokens.refreshToken
    }
    expect(await endsOf(ada.sessionId)).toEqual({ idle: 6 * day, absolute: 6 * day })
    test.clock.advance(6 * day - 60)
    const last = await askRefresh(test.actor(), refreshToken)
    expect(last.tokens.expiresIn).toBeLessThanOrEqual(60)
    expect(last.tokens.expiresIn).toBeGreaterThanOrEqual(59)
    expect(Date.parse(last.tokens.accessTokenExpiresAt)).toBeLessThanOrEqual(
      Date.parse(last.session.expiresAt),
    )
    test.clock.advance(60)
    expect((await askRefresh(test.actor(), last.tokens.refreshToken)).code).toBe('INVALID_REFRESH_TOKEN')
  })

  it('ends when it has rested too long', async () => {
    const ada = await signUp(test.actor())
    const again = await signIn(test.actor(), ada.email)
    test.clock.advance(7 * day - 1)
    expect((await askRefresh(test.actor(), ada.refreshToken)).__typename).toBe('RefreshSuccess')
    test.clock.advance(1)
    expect((await askRefresh(test.actor(), again.refreshToken)).code).toBe('INVALID_REFRESH_TOKEN')
  })
})
