import { randomBytes } from 'node:crypto'
import { afterAll, expect } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import type { Actor, GraphqlAnswer } from './actor.ts'
import { outcomeOf } from './answers.ts'
import { createTestApp, type TestApp, type TestAppOptions } from './test-app.ts'
import { openTestDatabase } from './test-database.ts'

/** Selects all fields of a rate-limit problem; fits into every result union. */
export const limitFields =
  '... on AuthRateLimitedProblem { code message limit remaining retryAfterSeconds resetsAt }'

/**
 * Returns a function that opens services with rate limits on one database. The peer of the tests is a trusted proxy, so
 * X-Forwarded-For decides the address of an actor. In memory, each service has its own counters; in Redis they share
 * them, so use fresh addresses.
 */
export function limitedApps() {
  let database: Promise<Database> | null = null
  const opened: TestApp[] = []
  afterAll(async () => {
    for (const app of opened) await app.close()
    await (await database)?.close()
  })
  return async (env: Readonly<Record<string, string>> = {}, options: TestAppOptions = {}) => {
    database ??= openTestDatabase()
    const app = await createTestApp({
      ...options,
      database: await database,
      env: {
        RATE_LIMITS: 'on',
        TRUSTED_PROXIES: '192.0.2.7',
        ...env,
      },
    })
    opened.push(app)
    return app
  }
}

/** An address in a /64 network that no other test uses (documentation prefix of RFC 3849). */
export function freshAddress(): string {
  const [a, b] = [randomBytes(2), randomBytes(2)].map((bytes) =>
    bytes.toString('hex').replace(/^0+(?=.)/, ''),
  )
  return `2001:db8:${a}:${b}::1`
}

/** An actor at an address, by default at a fresh one. */
export function actorAt(
  test: TestApp,
  address = freshAddress(),
  headers: Readonly<Record<string, string>> = {},
): Actor {
  return test.actor({ 'x-forwarded-for': address, ...headers })
}

/** A query that selects the same root field `count` times. */
export const aliases = (count: number) =>
  `{ ${Array.from({ length: count }, (_, index) => `a${index}: me { id }`).join(' ')} }`

/** Budgets in the headers of an answer, by name: calls, seconds and the remainder. */
export function budgetsOf({ headers }: Pick<GraphqlAnswer, 'headers'>) {
  const policy = [...(headers.get('ratelimit-policy') ?? '').matchAll(/"(\w+)";q=(\d+);w=(\d+)/g)]
  const left = new Map(
    [...(headers.get('ratelimit') ?? '').matchAll(/"(\w+)";r=(\d+);t=(\d+)/g)].map(([, name, r, t]) => [
      name,
      { remaining: Number(r), resetsIn: Number(t) },
    ]),
  )
  return Object.fromEntries(
    policy.map(([, name = '', q, w]) => {
      const { remaining = Number.NaN, resetsIn = Number.NaN } = left.get(name) ?? {}
      return [name, { max: Number(q), seconds: Number(w), remaining, resetsIn }]
    }),
  )
}

/** Uses up a budget of `max` calls, expects that none is refused, and returns the answer of one more call. */
export async function exhaust(max: number, call: () => Promise<GraphqlAnswer>): Promise<GraphqlAnswer> {
  for (let count = 1; count <= max; count += 1) {
    const answer = await call()
    expect([count, outcomeOf(answer)]).not.toEqual([count, 'RATE_LIMITED'])
    expect([count, outcomeOf(answer)]).not.toEqual([count, 'AuthRateLimitedProblem'])
  }
  return call()
}
