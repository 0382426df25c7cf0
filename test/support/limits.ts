import { randomBytes } from 'node:crypto'
import { afterAll, expect } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import type { Actor, GraphqlAnswer } from './actor.ts'
import { outcomeOf } from './answers.ts'
import { createTestApp, type TestApp, type TestAppOptions } from './test-app.ts'
import { openTestDatabase } from './test-database.ts'

/** Says what there is to know of a limit; to be asked for in every union. */
export const limitFields =
  '... on AuthRateLimitedProblem { code message limit remaining retryAfterSeconds resetsAt }'

/**
 * Services with limits, on one database. The tests' peer is a trusted proxy, so that an actor is wherever its
 * X-Forwarded-For says. In memory, each has counters of its own; in Redis they share them: take fresh addresses.
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

/** An address in a /64 that nobody else in the tests has (RFC 3849). */
export function freshAddress(): string {
  const [a, b] = [randomBytes(2), randomBytes(2)].map((bytes) =>
    bytes.toString('hex').replace(/^0+(?=.)/, ''),
  )
  return `2001:db8:${a}:${b}::1`
}

/** Somebody at an address, by default at one of his own. */
export function actorAt(
  test: TestApp,
  address = freshAddress(),
  headers: Readonly<Record<string, string>> = {},
): Actor {
  return test.actor({ 'x-forwarded-for': address, ...headers })
}

/** A query of so many root fields that are one and the same. */
export const aliases = (count: number) =>
  `{ ${Array.from({ length: count }, (_, index) => `a${index}: me { id }`).join(' ')} }`

/** Budgets of an answer by name, as its headers tell them: calls, seconds, what is left. */
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

/** Calls so often that a budget of so many must have refused the last one. */
export async function exhaust(max: number, call: () => Promise<GraphqlAnswer>): Promise<GraphqlAnswer> {
  for (let count = 1; count <= max; count += 1) {
    const answer = await call()
    expect([count, outcomeOf(answer)]).not.toEqual([count, 'RATE_LIMITED'])
    expect([count, outcomeOf(answer)]).not.toEqual([count, 'AuthRateLimitedProblem'])
  }
  return call()
}
