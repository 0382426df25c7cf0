import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Actor, type GraphqlAnswer } from '../support/actor.ts'
import { reasonOf } from '../support/answers.ts'
import { eventually } from '../support/eventually.ts'
import { meDocument } from '../support/operations.ts'
import { createOutage, type Outage } from '../support/outage.ts'
import { type SignedIn, signUp, tryLogin, tryMe, tryRefresh } from '../support/people.ts'
import { pause, Stopwatch } from '../support/stopwatch.ts'
import { createTestApp, freshEmail, type TestApp } from '../support/test-app.ts'
import { openTestDatabase, patientLimits } from '../support/test-database.ts'

/** How many answers had each outcome. */
function count(answers: readonly GraphqlAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const outcome of answers.map((answer) => String(reasonOf(answer)))) {
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  return counts
}

/** Reads the session of the caller: a statement for each request. */
function trySession({ actor, accessToken }: SignedIn): Promise<GraphqlAnswer> {
  return actor.ask('{ currentSession { id } }', {}, Actor.bearer(accessToken))
}

function expectRetryable(answers: readonly GraphqlAnswer[]): void {
  for (const answer of answers.filter(({ errors }) => errors.length > 0)) {
    expect([answer.status, reasonOf(answer)]).toEqual([503, 'UNAVAILABLE'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  }
}

describe('a storm of logins', () => {
  let test: TestApp
  let database: Awaited<ReturnType<typeof openTestDatabase>>
  beforeAll(async () => {
    database = await openTestDatabase()
    const costly = { ARGON2_MEMORY_KIB: '19456', ARGON2_PASSES: '2', HASH_CONCURRENCY: '1' }
    test = await createTestApp({ database, env: { ...costly, HASH_QUEUE_SECONDS: '1' } })
  })
  afterAll(async () => {
    await test.close()
    await database.close()
  })

  it('is served as far as it can be hashed; the rest gets UNAVAILABLE, and no other request waits', async () => {
    const ada = await signUp(test.actor())
    const watch = new Stopwatch()
    // Each at another identifier: guesses at one account would be refused before they cost a hash.
    const storm = Promise.all(
      Array.from({ length: 200 }, () => tryLogin(test.actor(), freshEmail(), 'wrong')),
    )
    await pause(100)
    const others = new Stopwatch()
    expect((await ada.actor.ask('{ __typename }')).data).toEqual({ __typename: 'Query' })
    expect(reasonOf(await tryMe(ada.actor, ada.accessToken))).toBe('ok')
    expect((await tryRefresh(ada.actor, ada.refreshToken)).data.refresh.__typename).toBe('RefreshSuccess')
    expect(others.stop()).toBeLessThan(3000)
    const answers = await storm
    expect(watch.stop()).toBeLessThan(10_000)
    expect(Object.keys(count(answers)).sort()).toEqual(['UNAVAILABLE', 'ok'])
    expectRetryable(answers)
    const through = answers.filter(({ data }) => data.login !== null)
    for (const { data } of through) expect(data.login.code).toBe('INVALID_CREDENTIALS')
    expect((await tryLogin(test.actor(), ada.email)).data.login.__typename).toBe('LoginSuccess')
    const refusals = answers.length - through.length
    const lines = test.log.filter((line) => line.includes('calls are refused'))
    // One in ten seconds, and the storm ended within ten.
    expect(refusals).toBeGreaterThan(2)
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.length).toBeLessThanOrEqual(2)
    expect(test.log.filter((line) => line.includes('A dependency is unavailable'))).toEqual([])
  })
})

describe('a slow database', () => {
  let outage: Outage
  let ada: SignedIn
  beforeAll(async () => {
    outage = await createOutage({ poolMax: 2 })
    ada = await signUp(outage.test.actor())
  })
  afterAll(() => outage.close())
  afterEach(() => {
    outage.proxy.delayMs = 0
  })

  it('serves as many as it can; the others get UNAVAILABLE immediately or after a second', async () => {
    outage.proxy.delayMs = 300
    const watch = new Stopwatch()
    const answers = await Promise.all(Array.from({ length: 120 }, () => trySession(ada)))
    expect(watch.stop()).toBeLessThan(5000)
    const { ok = 0, UNAVAILABLE: refused = 0, ...others } = count(answers)
    expect(others).toEqual({})
    expect(ok).toBeGreaterThan(0)
    expect(refused).toBeGreaterThan(0)
    expectRetryable(answers)
    outage.proxy.delayMs = 0
    await eventually(async () => expect(reasonOf(await tryMe(ada.actor, ada.accessToken))).toBe('ok'))
  })
})

describe('a slow database whose connections every caller can wait for', () => {
  let outage: Outage
  beforeAll(async () => {
    outage = await createOutage({ poolMax: 2, limits: patientLimits })
  })
  afterAll(() => outage.close())
  afterEach(() => {
    outage.proxy.delayMs = 0
  })

  const documents = { 'a short `me`': '{ me { id email } }', 'the `me` of the client package': meDocument }
  it.each(Object.entries(documents))(
    'serves a thousand callers of %s at once, who share statements',
    async (_name, document) => {
      const people = [await signUp(outage.test.actor())]
      for (let person = 1; person < 10; person += 1) people.push(await signUp(outage.test.actor()))
      const callers = Array.from({ length: 100 }, () => people).flat()
      outage.proxy.delayMs = 100
      const before = outage.proxy.requests
      const ask = ({ actor, accessToken }: SignedIn) => actor.ask(document, {}, Actor.bearer(accessToken))
      const answers = await Promise.all(callers.map(ask))
      expect(answers.map(({ data }) => data.me?.id)).toEqual(callers.map(({ userId }) => userId))
      expect(outage.proxy.requests - before).toBeLessThan(callers.length / 10)
    },
  )
})

describe('a database without a free connection', () => {
  let outage: Outage
  beforeAll(async () => {
    outage = await createOutage({ connectionLimit: 2 })
  })
  afterAll(() => outage.close())

  it('refuses some requests, does not crash the process, and every request succeeds after retries', async () => {
    const people: SignedIn[] = []
    // The fields of one answer, and the delivery of mails, can need more than two connections.
    for (let person = 0; person < 20; person += 1)
      people.push(await eventually(() => signUp(outage.test.actor()), { everyMs: 50 }))
    let refused = 0
    const refreshed = await Promise.all(
      people.map((person) =>
        eventually(
          async () => {
            const answer = await tryRefresh(person.actor, person.refreshToken)
            expectRetryable([answer])
            if (answer.errors.length > 0) refused += 1
            expect(answer.errors).toEqual([])
            return answer.data.refresh
          },
          { everyMs: 50 },
        ),
      ),
    )
    expect(refused).toBeGreaterThan(0)
    expect(new Set(refreshed.map((result) => result.__typename))).toEqual(new Set(['RefreshSuccess']))
    await eventually(async () => {
      const me = await people[0]?.actor.ask(
        '{ me { id } }',
        {},
        Actor.bearer(refreshed[0].tokens.accessToken),
      )
      expect(me?.data.me).toEqual({ id: people[0]?.userId })
    })
  })
})
