import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SessionUse } from '../../src/domain/sessions/session-store.ts'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import { Actor } from '../support/actor.ts'
import { eventually } from '../support/eventually.ts'
import { type SignedIn, signIn, signUp, tryMe, whoIs } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const batches: (readonly SessionUse[])[] = []
let away = false

function counting(opened: Infrastructure): Infrastructure {
  const { sessions } = opened.stores
  const noteUses = sessions.noteUses.bind(sessions)
  sessions.noteUses = async (uses) => {
    batches.push(uses)
    if (away) throw new Error('The database is away.')
    return noteUses(uses)
  }
  return opened
}

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ infrastructure: counting })
})
afterAll(() => test.close())

async function lastUsedAt({ accessToken, sessionId }: SignedIn): Promise<number> {
  const document = '{ sessions { nodes { id lastUsedAt } } }'
  const { data } = await test.actor().ask(document, {}, Actor.bearer(accessToken))
  const found = data.sessions.nodes.find(({ id }: { id: string }) => id === sessionId)
  return Date.parse(found.lastUsedAt)
}

const usesOf = ({ sessionId }: SignedIn) => batches.flat().filter((use) => use.sessionId === sessionId)

describe('lastUsedAt of a session', () => {
  it('shows the use of an access token, accurate to a minute', async () => {
    const ada = await signUp(test.actor())
    const began = await lastUsedAt(ada)
    test.clock.advance(61)
    const used = test.clock.now().getTime()
    expect(await whoIs(test.actor(), ada.accessToken)).toBe(ada.userId)
    await eventually(async () => expect(await lastUsedAt(ada)).toBe(used))
    expect(used).toBeGreaterThan(began)
    test.clock.advance(59)
    await tryMe(test.actor(), ada.accessToken)
    expect(usesOf(ada).length).toBeLessThanOrEqual(2)
  })

  it('is written once for a hundred requests, and in one statement for many sessions', async () => {
    const ada = await signUp(test.actor())
    const phones: SignedIn[] = []
    for (let n = 0; n < 5; n += 1) phones.push(await signIn(test.actor(), ada.email))
    batches.length = 0
    const requests = Array.from({ length: 100 }, (_, n) =>
      tryMe(test.actor(), phones[n % 5]?.accessToken ?? ''),
    )
    await Promise.all(requests)
    const ids = new Set(phones.map(({ sessionId }) => sessionId))
    await eventually(() =>
      expect(batches.flat().filter(({ sessionId }) => ids.has(sessionId))).toHaveLength(5),
    )
    expect(batches.length).toBeLessThanOrEqual(3)
  })

  it('is written after an outage, and never fails a request', async () => {
    const ada = await signUp(test.actor())
    test.clock.advance(61)
    away = true
    const used = test.clock.now().getTime()
    expect(await whoIs(test.actor(), ada.accessToken)).toBe(ada.userId)
    await eventually(() => expect(usesOf(ada).length).toBeGreaterThanOrEqual(1))
    away = false
    await eventually(async () => expect(await lastUsedAt(ada)).toBe(used))
  })

  it('does not extend the session', async () => {
    const ada = await signUp(test.actor())
    const where = { id: ada.sessionId }
    const before = await test.database.client.session.findUniqueOrThrow({ where })
    test.clock.advance(120)
    await whoIs(test.actor(), ada.accessToken)
    await eventually(async () => expect(await lastUsedAt(ada)).toBe(test.clock.now().getTime()))
    const { idleExpiresAt, expiresAt } = await test.database.client.session.findUniqueOrThrow({ where })
    expect({ idleExpiresAt, expiresAt }).toEqual({
      idleExpiresAt: before.idleExpiresAt,
      expiresAt: before.expiresAt,
    })
  })
})
