import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PrismaRevocationStore } from '../../src/adapters/prisma/stores/sessions/prisma-revocation-store.ts'
import { defaultTenantId } from '../../src/domain/access/permissions.ts'
import { changeGrants, insertAccessRole } from '../support/access-roles.ts'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { budgetsOf, limitedApps } from '../support/limits.ts'
import { askRefresh, type SignedIn, signIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { auditOf, countRows } from '../support/rows.ts'
import { postForm, send } from '../support/services.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
let admin: SignedIn
let key: string
beforeAll(async () => {
  test = await createTestApp()
  admin = await signUpAs(test, 'ADMIN')
  key = (await makeKey(test, admin.accessToken)).secret
})
afterAll(() => test.close())

describe('POST /oauth2/introspect', () => {
  const introspect = (token: string, headers: Record<string, string> = Actor.bearer(key)) =>
    postForm(test, '/oauth2/introspect', { token }, headers)

  it('describes an access token in the words of its claims (RFC 7662)', async () => {
    const ada = await signUp(test.actor())
    const response = await introspect(ada.accessToken)
    const claims = JSON.parse(Buffer.from(ada.accessToken.split('.')[1] ?? '', 'base64url').toString())
    const { iss, aud, sub, sid, jti, iat, exp, tid, role, client_id, amr, acr, auth_time } = claims
    expect(await response.json()).toEqual({
      ...{ active: true, scope: claims.scope ?? '', token_type: 'Bearer' },
      ...{ iss, aud, sub, sid, jti, iat, exp, tid, role, client_id, amr, acr, auth_time },
    })
    expect([amr, acr]).toEqual([['pwd'], 'aal1'])
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('describes an API key, whose owner is the subject', async () => {
    const { secret, id } = await makeKey(test, admin.accessToken, {
      permissions: ['users:read', 'audit:read'],
    })
    const body = await (await introspect(secret)).json()
    expect(body).toMatchObject({ active: true, sub: admin.userId, jti: id, client_id: id })
    expect(body.scope.split(' ').toSorted()).toEqual(['audit:read', 'users:read'])
    expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['exp']))
  })

  it('takes a hint and does not mind it', async () => {
    const { accessToken } = await signUp(test.actor())
    for (const token_type_hint of ['refresh_token', 'rubbish']) {
      const fields = { token: accessToken, token_type_hint }
      const response = await postForm(test, '/oauth2/introspect', fields, Actor.bearer(key))
      expect((await response.json()).active).toBe(true)
    }
  })

  it('requires a key or token with the permission to verify tokens', async () => {
    const { accessToken } = await signUp(test.actor())
    const other = await makeKey(test, admin.accessToken, { permissions: ['users:read'] })
    const cases: [Record<string, string>, number, string | null][] = [
      [{ 'x-api-key': key }, 200, null],
      [Actor.bearer(admin.accessToken), 200, null],
      [{}, 401, 'Bearer'],
      [Actor.bearer('rubbish'), 401, 'Bearer error="invalid_token"'],
      [
        { authorization: `Basic ${Buffer.from(`a:${key}`).toString('base64')}` },
        401,
        'Bearer error="invalid_token"',
      ],
      [{ cookie: `__Host-gatehouse-access=${admin.accessToken}` }, 401, 'Bearer'],
      [Actor.bearer(accessToken), 403, 'Bearer error="insufficient_scope"'],
      [Actor.bearer(other.secret), 403, 'Bearer error="insufficient_scope"'],
    ]
    for (const [headers, status, challenge] of cases) {
      const response = await introspect(accessToken, headers)
      expect([response.status, response.headers.get('www-authenticate')], JSON.stringify(headers)).toEqual([
        status,
        challenge,
      ])
      if (status !== 200) expect(Object.keys(await response.json())).toEqual(['error', 'error_description'])
    }
  })

  it('refuses what is no form with one token', async () => {
    const form = 'application/x-www-form-urlencoded'
    const cases: [string, string, string | null, number][] = [
      ['POST', 'application/json', JSON.stringify({ token: key }), 415],
      ['POST', 'multipart/form-data', 'token=a', 415],
      ['POST', form, '', 400],
      ['POST', form, 'other=a', 400],
      ['POST', form, 'token=a&token=b', 400],
      ['POST', form, `token=${'x'.repeat(8192)}`, 413],
      ['PUT', form, 'token=a', 405],
      ['GET', form, null, 405],
    ]
    for (const [method, type, body, status] of cases) {
      const headers = { ...Actor.bearer(key), 'content-type': type }
      const response = await send(test, method, '/oauth2/introspect', { headers, body })
      expect(response.status, `${method} ${type} ${body?.slice(0, 20)}`).toBe(status)
    }
    const bytes = { method: 'POST', headers: { ...Actor.bearer(key), 'content-type': form } }
    const url = new URL('/oauth2/introspect', test.config.server.publicUrl)
    const response = await test.app.fetch(new Request(url, { ...bytes, body: Uint8Array.of(116, 61, 255) }))
    expect(response.status).toBe(400)
  })
})

describe('POST /oauth2/revoke', () => {
  const revoke = (token: string) => postForm(test, '/oauth2/revoke', { token })

  it('ends the session of a refresh token for any client that presents it', async () => {
    for (const tokenTransport of ['BODY', 'COOKIE']) {
      const browser = test.actor()
      const ada = await signUp(browser, { tokenTransport })
      const cookie = browser.cookies.get('__Host-gatehouse-refresh')
      const token = tokenTransport === 'BODY' ? ada.refreshToken : decodeURIComponent(cookie ?? '')
      const response = await revoke(token)
      expect([response.status, await response.text()]).toEqual([200, ''])
      const row = await test.database.client.session.findUniqueOrThrow({ where: { id: ada.sessionId } })
      expect(row.revokedAt, tokenTransport).not.toBeNull()
      expect((await auditOf(test.database, ada.userId)).at(-1)).toMatchObject({
        type: 'SESSION_REVOKED',
        sessionId: ada.sessionId,
        reason: 'PRESENTED',
      })
    }
    const ada = await signUp(test.actor())
    await revoke(ada.refreshToken)
    expect(await whoIs(test.actor(), ada.accessToken)).toBe('TOKEN_REVOKED')
    expect((await askRefresh(test.actor(), ada.refreshToken)).code).toBe('INVALID_REFRESH_TOKEN')
  })

  it('writes nothing personal about a user who has just been deleted', async () => {
    const ada = await signUp(test.actor(), {})
    await test.database.client.user.delete({ where: { id: ada.userId } })
    expect((await revoke(ada.accessToken)).status).toBe(200)
    expect((await auditOf(test.database, ada.userId)).at(-1)).toMatchObject({
      type: 'TOKEN_REVOKED',
      ipAddress: null,
      userAgent: null,
    })
  })

  it('ends an access token and leaves its session', async () => {
    const ada = await signUp(test.actor())
    expect((await revoke(ada.accessToken)).status).toBe(200)
    expect(await whoIs(test.actor(), ada.accessToken)).toBe('TOKEN_REVOKED')
    expect((await askRefresh(test.actor(), ada.refreshToken)).__typename).toBe('RefreshSuccess')
    const { type, details } = (await auditOf(test.database, ada.userId)).at(-2) ?? {}
    expect([type, details]).toMatchObject(['TOKEN_REVOKED', { jti: expect.any(String) }])
  })

  it('responds 200 to tokens that are no longer valid, and changes nothing', async () => {
    const ada = await signUp(test.actor())
    await revoke(ada.accessToken)
    await revoke(ada.refreshToken)
    const before = await countRows(test.database)
    const rubbish = ['', 'rubbish', `ghr_${'A'.repeat(76)}`, `${ada.accessToken}x`]
    for (const token of [ada.accessToken, ada.refreshToken, ...rubbish])
      expect((await revoke(token)).status, token).toBe(200)
    expect(await countRows(test.database)).toEqual(before)
  })

  it('does not end API keys', async () => {
    const response = await revoke(key)
    expect([response.status, (await response.json()).error]).toEqual([400, 'unsupported_token_type'])
    expect(await whoIs(test.actor(), key)).toBe(admin.userId)
  })
})

describe('GET /revocations', () => {
  const feed = async (since: string | null = null, headers: Record<string, string> = {}) => {
    const query = since === null ? '' : `?since=${encodeURIComponent(since)}`
    return send(test, 'GET', `/revocations${query}`, { headers: { ...Actor.bearer(key), ...headers } })
  }

  it('lists sessions, users and tokens by the names of the claims: everything first, then only what is new', async () => {
    const ada = await signUp(test.actor())
    const claims = JSON.parse(Buffer.from(ada.accessToken.split('.')[1] ?? '', 'base64url').toString())
    await postForm(test, '/oauth2/revoke', { token: ada.accessToken })
    const response = await feed()
    expect(response.headers.get('cache-control')).toBe('private, max-age=1')
    expect(response.headers.get('vary')).toBe('Authorization, x-api-key')
    const first = await response.json()
    expect(first.more).toBe(false)
    expect(first.tokens).toContainEqual({ jti: claims.jti, tid: claims.tid, exp: expect.any(Number) })
    expect(first.tokens.at(-1).exp).toBeGreaterThan(claims.exp)
    await postForm(test, '/oauth2/revoke', { token: ada.refreshToken })
    const second = await (await feed(first.cursor)).json()
    expect(second.sessions).toContainEqual({ sid: ada.sessionId, tid: claims.tid, exp: expect.any(Number) })
  })

  it('names the lowest version of a user that is accepted, and no API key', async () => {
    const ada = await signUp(test.actor())
    const made = await makeKey(test, admin.accessToken)
    const ask = (document: string, input: object) =>
      test.actor().ask(document, { input }, Actor.bearer(admin.accessToken))
    await ask('mutation ($input: LockUserInput!) { lockUser(input: $input) { __typename } }', {
      userId: ada.userId,
      reason: 'a test',
    })
    await ask('mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { __typename } }', {
      apiKeyId: made.id,
    })
    const body = await (await feed()).json()
    expect(body.users).toContainEqual({
      sub: ada.userId,
      ver: 1,
      tid: defaultTenantId,
      exp: expect.any(Number),
    })
    expect(JSON.stringify(body)).not.toContain(made.id)
  })

  it('names changes of roles once, with the lowest version that is accepted', async () => {
    const role = await insertAccessRole(test.database, { permissions: ['posts:write'] })
    const change = await changeGrants(
      test.database,
      role,
      [],
      new Date(test.clock.now().getTime() + 3_600_000),
    )
    await new PrismaRevocationStore(test.database.client).insert(change)
    const { access } = await (await feed()).json()
    const acv = 'minimumAccessVersion' in change ? change.minimumAccessVersion : 0
    expect(access).toContainEqual({ tid: null, role: role.name, acv, exp: expect.any(Number) })
  })

  it('has an ETag, so that nothing new costs nothing', async () => {
    await test.database.client
      .$executeRaw`UPDATE revocations SET recorded_at = recorded_at - interval '11 seconds'`
    const first = await feed()
    const etag = first.headers.get('etag') ?? ''
    const { cursor } = await first.json()
    expect((await feed(null, { 'if-none-match': etag })).status).toBe(304)
    const quiet = await feed(cursor)
    const again = await feed(cursor, { 'if-none-match': quiet.headers.get('etag') ?? '' })
    expect(again.status).toBe(304)
    expect(await quiet.json()).toEqual({
      sessions: [],
      users: [],
      tokens: [],
      access: [],
      tenants: [],
      cursor,
      more: false,
    })
  })

  it('comes in pages, and includes revocations that were committed late', async () => {
    // Revocations are ordered by the clock of the database. These are ahead of it, so that a slow machine does not settle them.
    const now = new Date(Date.now() + 60_000)
    const row = (at: Date) => ({
      id: randomUUID(),
      kind: 'TOKEN' as const,
      jti: randomUUID(),
      recordedAt: at,
      expiresAt: new Date(now.getTime() + 3_600_000),
    })
    const rows = Array.from({ length: 2500 }, () => row(now))
    await test.database.client.revocation.createMany({ data: rows })
    const seen = new Set<string>()
    let cursor: string | null = null
    let pages = 0
    for (let more = true; more; pages += 1) {
      const body: { tokens: { jti: string }[]; cursor: string; more: boolean } = await (
        await feed(cursor)
      ).json()
      expect(body.tokens.length).toBeLessThanOrEqual(1000)
      for (const { jti } of body.tokens) seen.add(jti)
      cursor = body.cursor
      more = body.more
    }
    expect(pages).toBeGreaterThanOrEqual(3)
    expect(rows.every(({ jti }) => seen.has(jti))).toBe(true)
    const late = row(new Date(now.getTime() - 9000))
    await test.database.client.revocation.create({ data: late })
    const reported: string[] = []
    for (let more = true; more; ) {
      const body = await (await feed(cursor)).json()
      reported.push(...body.tokens.map(({ jti }: { jti: string }) => jti))
      cursor = body.cursor
      more = body.more
    }
    expect(reported).toContain(late.jti)
  })

  it('requires the permission to verify tokens, and refuses malformed cursors', async () => {
    const { accessToken } = await signUp(test.actor())
    expect((await send(test, 'GET', '/revocations')).status).toBe(401)
    expect((await feed(null, Actor.bearer(accessToken))).status).toBe(403)
    expect((await send(test, 'POST', '/revocations', { headers: Actor.bearer(key) })).status).toBe(405)
    const rubbish = Buffer.from('1:x').toString('base64url')
    for (const since of ['x', rubbish, '', 'A'.repeat(500)])
      expect((await feed(since)).status, since).toBe(400)
  })
})

describe('limits of other programs', () => {
  const open = limitedApps()

  it("count a key for itself, by its own limit or by the viewers', and strangers by their address", async () => {
    const limited = await open({ RATE_LIMIT_QUERY: '20/1m', TRUSTED_PROXIES: '' })
    const owner = await signUpAs(limited, 'ADMIN')
    const own = await makeKey(limited, owner.accessToken, { rateLimit: '3/1h' })
    const plain = await makeKey(limited, owner.accessToken)
    const ask = (secret: string) =>
      postForm(limited, '/oauth2/introspect', { token: 'a' }, Actor.bearer(secret))
    expect(budgetsOf(await ask(own.secret))).toMatchObject({
      apiKey: { max: 3, seconds: 3600, remaining: 2 },
    })
    await ask(own.secret)
    await ask(own.secret)
    const refused = await ask(own.secret)
    expect([refused.status, (await refused.json()).error]).toEqual([429, 'slow_down'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3500)
    expect(budgetsOf(await ask(plain.secret))).toMatchObject({ query: { max: 20, remaining: 19 } })
    const unknown = await ask(`ghk_${randomBytes(32).toString('base64url').replace(/.$/, 'A')}`)
    expect(unknown.status).toBe(401)
    expect(budgetsOf(unknown)).toMatchObject({ all: { max: 1000 } })
    const graphql = await limited.actor().ask('{ me { id } }', {}, Actor.bearer(own.secret))
    expect(graphql.errors[0]?.extensions.code).toBe('RATE_LIMITED')
    const mine = await signIn(limited.actor(), owner.email)
    expect((await limited.actor().ask('{ me { id } }', {}, Actor.bearer(mine.accessToken))).errors).toEqual(
      [],
    )
  })
})
