import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { refreshDocument, withSessionOwner } from '../support/operations.ts'
import { askRefresh, rotate, signIn, signUp, whoIs } from '../support/people.ts'
import { auditOf, auditTypesOf } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

async function sessionRow(id: string) {
  return test.database.client.session.findUniqueOrThrow({ where: { id } })
}

describe('refresh', () => {
  it('answers a successor and a new access token of the same session', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    test.clock.advance(60)
    const answer = await actor.ask(withSessionOwner(refreshDocument), {
      input: { refreshToken: ada.refreshToken },
    })
    const { __typename, session, tokens } = answer.data.refresh
    expect(__typename).toBe('RefreshSuccess')
    expect(session).toMatchObject({
      id: ada.sessionId,
      current: true,
      lastUsedAt: test.clock.now().toISOString(),
      user: { id: ada.userId, email: ada.email },
    })
    expect(tokens.refreshToken).not.toBe(ada.refreshToken)
    expect(tokens).toMatchObject({ tokenType: 'Bearer', expiresIn: 900, csrfToken: null })
    expect(await whoIs(actor, tokens.accessToken)).toBe(ada.userId)
    expect(await whoIs(actor, ada.accessToken)).toBe(ada.userId)
  })

  it('goes on from successor to successor', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const seen = new Set([ada.refreshToken])
    let token = ada.refreshToken
    for (let i = 0; i < 5; i += 1) {
      token = await rotate(actor, token)
      seen.add(token)
    }
    expect(seen.size).toBe(6)
    expect((await sessionRow(ada.sessionId)).generation).toBe(5)
  })

  it('audits each rotation once, repeats not at all', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    await rotate(actor, ada.refreshToken)
    await rotate(actor, ada.refreshToken)
    const rows = await auditOf(test.database, ada.userId)
    expect(rows.map(({ type }) => type)).toEqual(['USER_REGISTERED', 'LOGIN_SUCCEEDED', 'TOKEN_REFRESHED'])
    expect(rows[2]).toMatchObject({ sessionId: ada.sessionId, ipAddress: '192.0.2.7' })
    expect(rows[2]?.tenantId).toEqual(rows[0]?.tenantId)
  })

  it('works with any Authorization header', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    test.clock.advance(2000)
    let { refreshToken } = ada
    for (const authorization of [`Bearer ${ada.accessToken}`, 'Bearer rubbish', 'Basic x']) {
      const answer = await actor.ask(refreshDocument, { input: { refreshToken } }, { authorization })
      expect(answer.errors).toEqual([])
      refreshToken = answer.data.refresh.tokens.refreshToken
    }
  })

  it('takes the newest role and address of its session', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    await test.database.client.user.update({ where: { id: ada.userId }, data: { role: 'MODERATOR' } })
    const { tokens } = await askRefresh(actor, ada.refreshToken)
    const claims = JSON.parse(Buffer.from(tokens.accessToken.split('.')[1], 'base64url').toString())
    expect(claims).toMatchObject({ role: 'MODERATOR', sid: ada.sessionId, sub: ada.userId })
    expect(claims.scope.split(' ')).toContain('users:read')
  })
})

describe('the token before, from the same device in the grace window', () => {
  it('gets the same successor, so that a lost answer and a second tab lose nothing', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const successor = await rotate(actor, ada.refreshToken)
    test.clock.advance(9)
    const repeated = await askRefresh(actor, ada.refreshToken)
    expect(repeated.tokens.refreshToken).toBe(successor)
    expect(await whoIs(actor, repeated.tokens.accessToken)).toBe(ada.userId)
    expect((await sessionRow(ada.sessionId)).generation).toBe(1)
    expect((await askRefresh(actor, successor)).__typename).toBe('RefreshSuccess')
  })

  it('gets it from any network: a phone changes its address between two requests', async () => {
    const proxied = await createTestApp({
      database: test.database,
      clock: test.clock,
      env: { TRUSTED_PROXIES: '192.0.2.7' },
    })
    const wifi = proxied.actor({ 'x-forwarded-for': '203.0.113.1' })
    const mobile = proxied.actor({ 'x-forwarded-for': '203.0.113.2' })
    const ada = await signUp(wifi)
    const successor = await rotate(wifi, ada.refreshToken)
    const repeated = await askRefresh(mobile, ada.refreshToken)
    expect(repeated.tokens.refreshToken).toBe(successor)
    expect(repeated.session.ipAddress).toBe('203.0.113.1')
    expect((await askRefresh(mobile, successor)).session.ipAddress).toBe('203.0.113.2')
    await proxied.close()
  })

  it('gets one successor and one rotation, however often it comes at the same time', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const answers = await Promise.all(Array.from({ length: 50 }, () => askRefresh(actor, ada.refreshToken)))
    const successors = new Set(answers.map(({ tokens }) => tokens?.refreshToken))
    expect(successors.size).toBe(1)
    expect([...successors][0]).toMatch(/^ghr_/)
    expect((await sessionRow(ada.sessionId)).generation).toBe(1)
    const types = await auditTypesOf(test.database, ada.userId)
    expect(types.filter((type) => type === 'TOKEN_REFRESHED')).toHaveLength(1)
  })
})

describe('two sessions of one person', () => {
  it('never mix: each token moves its own', async () => {
    const phone = test.actor()
    const laptop = test.actor()
    const ada = await signUp(phone)
    const again = await signIn(laptop, ada.email)
    const [a, b] = await Promise.all([
      askRefresh(phone, ada.refreshToken),
      askRefresh(laptop, again.refreshToken),
    ])
    expect(a.session.id).toBe(ada.sessionId)
    expect(b.session.id).toBe(again.sessionId)
    expect((await askRefresh(phone, a.tokens.refreshToken)).session.id).toBe(ada.sessionId)
    expect((await askRefresh(laptop, b.tokens.refreshToken)).session.id).toBe(again.sessionId)
  })
})

describe('an account that may not sign in', () => {
  it('cannot refresh, and can again when it may', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const where = { id: ada.userId }
    const refused = { __typename: 'InvalidRefreshTokenProblem', code: 'INVALID_REFRESH_TOKEN' }
    await test.database.client.user.update({ where, data: { active: false } })
    expect(await askRefresh(actor, ada.refreshToken)).toMatchObject(refused)
    const lockedAt = test.clock.now()
    await test.database.client.user.update({ where, data: { active: true, lockedAt } })
    expect(await askRefresh(actor, ada.refreshToken)).toMatchObject(refused)
    await test.database.client.user.update({ where, data: { lockedAt: null } })
    expect((await askRefresh(actor, ada.refreshToken)).__typename).toBe('RefreshSuccess')
  })

  it('cannot repeat a refresh either', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    await rotate(actor, ada.refreshToken)
    await test.database.client.user.update({ where: { id: ada.userId }, data: { active: false } })
    expect((await askRefresh(actor, ada.refreshToken)).code).toBe('INVALID_REFRESH_TOKEN')
  })
})

describe('a session and its transport', () => {
  it('take no body token for a cookie session, and no harm', async () => {
    const actor = test.actor()
    const ada = await signUp(actor, { tokenTransport: 'COOKIE' })
    const stolen = actor.cookies.get('__Host-gatehouse-refresh') ?? ''
    const thief = test.actor()
    for (let i = 0; i < 2; i += 1) {
      expect((await askRefresh(thief, stolen)).code).toBe('INVALID_REFRESH_TOKEN')
    }
    expect(thief.cookies.size).toBe(0)
    expect((await sessionRow(ada.sessionId)).generation).toBe(0)
    const answer = await actor.ask(refreshDocument, {}, { 'x-csrf-token': ada.csrfToken })
    expect(answer.data.refresh).toMatchObject({
      __typename: 'RefreshSuccess',
      session: { id: ada.sessionId },
    })
  })

  it('take no cookie for a body session, and no harm', async () => {
    const ada = await signUp(test.actor())
    const browser = test.actor()
    const other = await signUp(browser, { tokenTransport: 'COOKIE' })
    const cookie = `__Host-gatehouse-refresh=${ada.refreshToken}`
    const headers = { cookie, 'x-csrf-token': other.csrfToken }
    const answer = await browser.ask(refreshDocument, {}, headers)
    expect(answer.data.refresh.code).toBe('INVALID_REFRESH_TOKEN')
    expect((await askRefresh(test.actor(), ada.refreshToken)).__typename).toBe('RefreshSuccess')
  })

  it('answers INVALID_REFRESH_TOKEN to nothing at all', async () => {
    const answer = await test.actor().ask(refreshDocument)
    expect(answer.data.refresh).toMatchObject({ code: 'INVALID_REFRESH_TOKEN' })
    const bearer = Actor.bearer((await signUp(test.actor())).accessToken)
    const withAccess = await test.actor().ask(refreshDocument, { input: {} }, bearer)
    expect(withAccess.data.refresh).toMatchObject({ code: 'INVALID_REFRESH_TOKEN' })
  })
})
