import { createHash, createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { askRefresh, rotate, signUp, whoIs } from '../support/people.ts'
import { countRows } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { openTestDatabase } from '../support/test-database.ts'

let database: Database
let test: TestApp
const opened: TestApp[] = []
beforeAll(async () => {
  database = await openTestDatabase()
  test = await serviceWith({})
})
afterAll(async () => {
  for (const app of opened) await app.close()
  await database.close()
})

async function serviceWith(env: Readonly<Record<string, string>>): Promise<TestApp> {
  const app = await createTestApp({ database, env, ...(test === undefined ? {} : { clock: test.clock }) })
  opened.push(app)
  return app
}

const old = 'test:a-pepper-of-the-tests-0123456789abcdef'
const fresh = 'fresh:another-pepper-of-the-tests-0123456789'
const refused = { __typename: 'InvalidRefreshTokenProblem', code: 'INVALID_REFRESH_TOKEN' }

/** The same token with another generation, sealed with a pepper of one's own choice under the key id it had. */
function resealed(token: string, generation: number, pepper: string): string {
  const body = Buffer.from(token.slice(4), 'base64url').subarray(0, 25)
  body.writeUInt32BE(generation, 21)
  const key = createHash('sha256').update(`refresh-pepper\0${pepper}`).digest()
  return `ghr_${Buffer.concat([body, createHmac('sha256', key).update(body).digest()]).toString('base64url')}`
}

describe('a refresh token that this service has not made', () => {
  it('is refused and ends nothing', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const newest = await rotate(actor, await rotate(actor, ada.refreshToken))
    const before = await countRows(database)
    const flipped = (at: number) =>
      newest.slice(0, at) + (newest[at] === 'A' ? 'B' : 'A') + newest.slice(at + 1)
    const forged = [
      '',
      'ghr_',
      'rubbish',
      'x'.repeat(80_000),
      '\u0000',
      '\ud800',
      ada.accessToken,
      newest.slice(0, -1),
      `${newest}A`,
      `${newest}=`,
      ` ${newest}`,
      newest.toUpperCase(),
      newest.replace('ghr_', 'ghk_'),
      ...[4, 6, 12, 30, 33, 40, 79].map(flipped),
      resealed(newest, 0, 'a pepper that is not ours'),
      resealed(newest, 99, 'a pepper that is not ours'),
    ]
    for (const token of forged) {
      expect(await askRefresh(actor, token), token.slice(0, 100)).toMatchObject(refused)
    }
    expect(await countRows(database)).toEqual(before)
    expect(await whoIs(actor, ada.accessToken)).toBe(ada.userId)
    expect((await askRefresh(actor, newest)).__typename).toBe('RefreshSuccess')
  })

  it('is refused without asking the database', async () => {
    const ada = await signUp(test.actor())
    let asked = 0
    const counting = await createTestApp({
      database,
      infrastructure: (infrastructure) => {
        const { sessions } = infrastructure.stores
        const counted = new Proxy(sessions, {
          get(target, name) {
            asked += 1
            const member: unknown = Reflect.get(target, name)
            return typeof member === 'function' ? member.bind(target) : member
          },
        })
        return { ...infrastructure, stores: { ...infrastructure.stores, sessions: counted } }
      },
    })
    const forged = resealed(ada.refreshToken, 1, 'a pepper that is not ours')
    expect(await askRefresh(counting.actor(), forged)).toMatchObject(refused)
    expect(asked).toBe(0)
    await askRefresh(counting.actor(), ada.refreshToken)
    expect(asked).toBeGreaterThan(0)
    await counting.close()
  })

  it('is refused when it is of another service with the same tables', async () => {
    const foreign = await serviceWith({ REFRESH_PEPPERS: 'test:the-pepper-of-somebody-else-0123456789' })
    const unknown = await serviceWith({ REFRESH_PEPPERS: 'other:a-pepper-of-the-tests-0123456789abcdef' })
    const actor = test.actor()
    const ada = await signUp(actor)
    const newest = await rotate(actor, await rotate(actor, ada.refreshToken))
    for (const service of [foreign, unknown]) {
      expect(await askRefresh(service.actor(), ada.refreshToken)).toMatchObject(refused)
      expect(await askRefresh(service.actor(), newest)).toMatchObject(refused)
    }
    expect((await askRefresh(actor, newest)).__typename).toBe('RefreshSuccess')
  })
})

describe('a change of the refresh pepper', () => {
  it('signs no one out: accepted everywhere first, then used to sign, then the old one is removed', async () => {
    const accepting = await serviceWith({ REFRESH_PEPPERS: `${old},${fresh}` })
    const signing = await serviceWith({ REFRESH_PEPPERS: `${fresh},${old}` })
    const done = await serviceWith({ REFRESH_PEPPERS: fresh })
    const ada = await signUp(test.actor())
    const second = await rotate(accepting.actor(), ada.refreshToken)
    expect(await askRefresh(done.actor(), second)).toMatchObject(refused)
    const third = await rotate(signing.actor(), second)
    expect(await rotate(signing.actor(), second)).toBe(third)
    expect(await askRefresh(test.actor(), third)).toMatchObject(refused)
    const fourth = await rotate(accepting.actor(), third)
    expect(await askRefresh(done.actor(), fourth)).toMatchObject(refused)
    const fifth = await rotate(done.actor(), await rotate(signing.actor(), fourth))
    expect((await askRefresh(done.actor(), fifth)).__typename).toBe('RefreshSuccess')
  })
})
