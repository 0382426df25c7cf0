import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PrismaRevocationStore } from '../../src/adapters/prisma/stores/sessions/prisma-revocation-store.ts'
import type { Revocation } from '../../src/domain/tokens/revocation.ts'
import type { RevocationStore } from '../../src/domain/tokens/revocation-store.ts'
import { changeGrants, grantRole, insertAccessRole } from '../support/access-roles.ts'
import { Actor } from '../support/actor.ts'
import { reasonOf } from '../support/answers.ts'
import { eventually } from '../support/eventually.ts'
import { revokeSessionDocument } from '../support/operations.ts'
import {
  askRefresh,
  type SignedIn,
  signIn,
  signUp,
  tryLogin,
  tryLogout,
  tryMe,
  tryRefresh,
} from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

/** The real table, which can be out of reach for the list, the single question, or both. */
class FaultyStore implements RevocationStore {
  readonly #store: RevocationStore
  readonly faults = { list: false, ask: false }

  constructor(store: RevocationStore) {
    this.#store = store
  }

  insert(...row: Parameters<RevocationStore['insert']>): Promise<void> {
    return this.#store.insert(...row)
  }

  insertTokens(...rows: Parameters<RevocationStore['insertTokens']>): Promise<void> {
    return this.#store.insertTokens(...rows)
  }

  postpone(): Promise<void> {
    return this.#store.postpone()
  }

  findToken(...token: Parameters<RevocationStore['findToken']>) {
    return this.#store.findToken(...token)
  }

  purge(...rows: Parameters<RevocationStore['purge']>): Promise<number> {
    return this.#store.purge(...rows)
  }

  readClock(): Promise<Date> {
    return this.#store.readClock()
  }

  async listPage(...page: Parameters<RevocationStore['listPage']>) {
    if (this.faults.list) throw connectionLost()
    return this.#store.listPage(...page)
  }

  async listPacked(...page: Parameters<RevocationStore['listPacked']>) {
    if (this.faults.list) throw connectionLost()
    return this.#store.listPacked(...page)
  }

  listPageOfFeed(...page: Parameters<RevocationStore['listPageOfFeed']>) {
    return this.#store.listPageOfFeed(...page)
  }

  async isRevoked(...token: Parameters<RevocationStore['isRevoked']>): Promise<boolean> {
    if (this.faults.ask) throw connectionLost()
    return this.#store.isRevoked(...token)
  }
}

function connectionLost(): Error {
  return Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:5432'), { code: 'ECONNREFUSED' })
}

let test: TestApp
let store: FaultyStore
let ada: SignedIn
beforeAll(async () => {
  test = await createTestApp({
    infrastructure: (opened) => {
      store = new FaultyStore(opened.stores.revocations)
      return { ...opened, stores: { ...opened.stores, revocations: store } }
    },
  })
})
afterAll(() => test.close())
beforeEach(async () => {
  Object.assign(store.faults, { list: false, ask: false })
  ada = await signUp(test.actor())
})

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
const later = (seconds: number) => new Date(test.clock.now().getTime() + seconds * 1000)
const outcome = async (token: string) => reasonOf(await tryMe(ada.actor, token))
/** Waits for the result of a poll, which happens every second. */
const soon = (token: string, wanted: string) =>
  eventually(async () => expect(await outcome(token)).toBe(wanted), { everyMs: 50 })

describe('a session that has ended', () => {
  it('is refused from the next request on by the same process', async () => {
    const other = await signIn(test.actor(), ada.email)
    expect((await tryLogout(ada.actor, ada.accessToken)).data.logout).toEqual({
      __typename: 'LogoutSuccess',
      revokedSessions: 1,
      remainingApiKeys: 0,
    })
    expect(await outcome(ada.accessToken)).toBe('TOKEN_REVOKED')
    expect((await tryRefresh(ada.actor, ada.refreshToken)).data.refresh.code).toBe('INVALID_REFRESH_TOKEN')
    expect(await outcome(other.accessToken)).toBe('ok')
  })

  it('ends the access tokens of earlier refreshes as well', async () => {
    const refreshed = (await tryRefresh(ada.actor, ada.refreshToken)).data.refresh.tokens
    await ada.actor.ask(
      revokeSessionDocument,
      { input: { sessionId: ada.sessionId } },
      Actor.bearer(refreshed.accessToken),
    )
    for (const token of [ada.accessToken, refreshed.accessToken]) {
      expect(await outcome(token)).toBe('TOKEN_REVOKED')
    }
  })

  it('is refused by mutations as well', async () => {
    const other = await signIn(test.actor(), ada.email)
    await tryLogout(ada.actor, ada.accessToken)
    const attempt = await ada.actor.ask(
      revokeSessionDocument,
      { input: { sessionId: other.sessionId } },
      Actor.bearer(ada.accessToken),
    )
    expect(reasonOf(attempt)).toBe('TOKEN_REVOKED')
    expect(await outcome(other.accessToken)).toBe('ok')
  })
})

describe('a revocation that another process wrote', () => {
  const write = (revocation: Revocation) => new PrismaRevocationStore(test.database.client).insert(revocation)

  it('of a session, a token or a user is learned by polling', async () => {
    const people = [ada, await signUp(test.actor()), await signUp(test.actor())] as const
    const [one, two, three] = people
    const expiresAt = later(3600)
    await write({ kind: 'SESSION', sessionId: one.sessionId, expiresAt })
    await write({ kind: 'TOKEN', tokenId: claimsOf(two.accessToken).jti, expiresAt })
    await write({ kind: 'USER', userId: three.userId, minimumTokenVersion: 1, expiresAt })
    for (const { accessToken } of people) await soon(accessToken, 'TOKEN_REVOKED')
    const next = (await tryRefresh(two.actor, two.refreshToken)).data.refresh.tokens
    expect(await outcome(next.accessToken)).toBe('ok')
  })

  it('of a role refuses its holders until they refresh, and no one else', async () => {
    const [author, reader] = [
      await insertAccessRole(test.database, { permissions: ['posts:write'] }),
      await insertAccessRole(test.database, { permissions: ['posts:read'] }),
    ]
    const people = [ada, await signUp(test.actor()), await signUp(test.actor())] as const
    await grantRole(test.database, author.id, [people[0].userId, people[1].userId])
    await grantRole(test.database, reader.id, [people[1].userId, people[2].userId])
    const renewed = await Promise.all(
      people.map(({ actor, refreshToken }) => askRefresh(actor, refreshToken)),
    )
    const [one, both, other] = renewed.map(({ tokens }) => tokens)
    await write(await changeGrants(test.database, author, [], later(3600)))
    await soon(one.accessToken, 'TOKEN_REVOKED')
    expect(await outcome(both.accessToken)).toBe('TOKEN_REVOKED')
    expect(await outcome(other.accessToken)).toBe('ok')
    const next = (await askRefresh(ada.actor, one.refreshToken)).tokens.accessToken
    expect(claimsOf(next)).toMatchObject({ scope: '', roles: [author.name] })
    expect(await outcome(next)).toBe('ok')
  })

  it('of a user lets the tokens of the new version pass', async () => {
    await test.database.client.user.update({ where: { id: ada.userId }, data: { tokenVersion: 1 } })
    await write({ kind: 'USER', userId: ada.userId, minimumTokenVersion: 1, expiresAt: later(3600) })
    await soon(ada.accessToken, 'TOKEN_REVOKED')
    const next = (await tryRefresh(ada.actor, ada.refreshToken)).data.refresh.tokens
    expect(claimsOf(next.accessToken).ver).toBe(1)
    expect(await outcome(next.accessToken)).toBe('ok')
  })

  it('does not affect other sessions, users and tokens', async () => {
    const bob = await signUp(test.actor())
    await write({ kind: 'SESSION', sessionId: bob.sessionId, expiresAt: later(3600) })
    await write({ kind: 'USER', userId: randomUUID(), minimumTokenVersion: 99, expiresAt: later(3600) })
    await soon(bob.accessToken, 'TOKEN_REVOKED')
    expect(await outcome(ada.accessToken)).toBe('ok')
  })

  it('is learned after the clock was set back by an hour', async () => {
    test.clock.jump(-3600)
    const bob = await signUp(test.actor())
    await write({ kind: 'SESSION', sessionId: bob.sessionId, expiresAt: later(3600) })
    await soon(bob.accessToken, 'TOKEN_REVOKED')
    test.clock.jump(3600)
  })
})

describe('a process whose list is behind', () => {
  /** The session ends in the database and nowhere else. */
  const endUnheard = () =>
    test.database.client.session.update({
      where: { id: ada.sessionId },
      data: { revokedAt: test.clock.now() },
    })

  it('asks the database for each token', async () => {
    store.faults.list = true
    await endUnheard()
    expect(await outcome(ada.accessToken)).toBe('ok')
    test.clock.advance(6)
    expect(await outcome(ada.accessToken)).toBe('TOKEN_REVOKED')
    expect(await outcome((await signUp(test.actor())).accessToken)).toBe('ok')
  })

  it('accepts no token when the database cannot answer', async () => {
    store.faults.list = true
    store.faults.ask = true
    test.clock.advance(6)
    const me = await tryMe(ada.actor, ada.accessToken)
    expect(me.errors).toMatchObject([
      { path: ['me'], extensions: { code: 'UNAVAILABLE', retryAfterSeconds: 1 } },
    ])
    expect([me.status, me.headers.get('retry-after'), me.data]).toEqual([503, '1', { me: null }])
    expect(JSON.stringify(me)).not.toContain('10.1.2.3')
    const attempt = await ada.actor.ask(
      revokeSessionDocument,
      { input: { sessionId: ada.sessionId } },
      Actor.bearer(ada.accessToken),
    )
    expect(reasonOf(attempt)).toBe('UNAVAILABLE')
  })

  it('still serves fields that need no viewer, and the rest of the same request', async () => {
    store.faults.list = true
    store.faults.ask = true
    test.clock.advance(6)
    const bearer = Actor.bearer(ada.accessToken)
    expect((await ada.actor.ask('{ __typename }', {}, bearer)).data).toEqual({ __typename: 'Query' })
    const mixed = await ada.actor.ask('{ __typename me { id } }', {}, bearer)
    expect([mixed.status, mixed.data]).toEqual([200, { __typename: 'Query', me: null }])
    expect(reasonOf(mixed)).toBe('UNAVAILABLE')
    expect((await tryLogin(test.actor(), ada.email)).errors).toEqual([])
    expect(await outcome('ghr_rubbish')).toBe('TOKEN_INVALID')
  })

  it('refuses known revocations without a query', async () => {
    await tryLogout(ada.actor, ada.accessToken)
    store.faults.list = true
    store.faults.ask = true
    test.clock.advance(6)
    expect(await outcome(ada.accessToken)).toBe('TOKEN_REVOKED')
  })

  it('recovers without a restart once the database is back', async () => {
    store.faults.list = true
    store.faults.ask = true
    test.clock.advance(6)
    expect(await outcome(ada.accessToken)).toBe('UNAVAILABLE')
    Object.assign(store.faults, { list: false, ask: false })
    expect(await outcome(ada.accessToken)).toBe('ok')
  })
})
