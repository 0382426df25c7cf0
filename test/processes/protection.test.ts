import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor, GraphqlAnswer } from '../support/actor.ts'
import { reasonOf } from '../support/answers.ts'
import { eventually } from '../support/eventually.ts'
import { hasRedisServer, OwnRedis } from '../support/own-redis.ts'
import { type SignedIn, signUp, tryLogin, tryMe } from '../support/people.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { goodPassword } from '../support/test-app.ts'
import { createServerDatabase } from '../support/test-database.ts'

const replicas = 4
const mostFailures = 5
const mostQueries = 40
const mostSessions = 3
/** What processes admit together that count for themselves: each its share, rounded up. */
const shares = (most: number) => replicas * Math.ceil(most / replicas)

const plenty = '100000/1m'
const env = {
  REPLICAS: String(replicas),
  RATE_LIMITS: 'on',
  LOCKOUT_FAILURES: String(mostFailures),
  SESSION_LIMIT: String(mostSessions),
  RATE_LIMIT_QUERY: `${mostQueries}/1m`,
  // Only the limit that a test is about is in the way.
  RATE_LIMIT_LOGIN_IDENTIFIER: plenty,
  RATE_LIMIT_MUTATION: plenty,
  RATE_LIMIT_ALL: plenty,
  TRUSTED_PROXIES: '127.0.0.1',
}

let database: Awaited<ReturnType<typeof createServerDatabase>>
let redis: OwnRedis
let services: readonly ServiceProcess[] = []

/** An actor at an address of its own. */
function stranger(service: ServiceProcess): Actor {
  const actor = service.actor()
  actor.headers['x-forwarded-for'] =
    `2001:db8:${randomBytes(2).toString('hex')}:${randomBytes(2).toString('hex')}::1`
  return actor
}

function newcomer(): Promise<SignedIn> {
  const [service] = services
  if (service === undefined) throw new Error('There is no process.')
  return signUp(stranger(service))
}

/** As many calls on every process, `atOnce` at a time on each. */
async function onAll<T>(
  calls: number,
  atOnce: number,
  call: (service: ServiceProcess) => Promise<T>,
): Promise<T[]> {
  const lanes = services.flatMap((service) => Array.from({ length: atOnce }, () => service))
  const each = calls / lanes.length
  const answers = lanes.map(async (service) => {
    const own: T[] = []
    for (let index = 0; index < each; index += 1) own.push(await call(service))
    return own
  })
  return (await Promise.all(answers)).flat()
}

const guess = (identifier: string) => async (service: ServiceProcess) =>
  verdictOf(await tryLogin(stranger(service), identifier, 'Wr0ng-horse-battery!'))
/** Repeats attempts that a busy machine answers with UNAVAILABLE: they are neither compared nor counted. */
const atLast = (attempt: (service: ServiceProcess) => Promise<string>) => (service: ServiceProcess) =>
  eventually(async () => {
    const verdict = await attempt(service)
    expect(verdict).not.toBe('UNAVAILABLE')
    return verdict
  })
const query = (accessToken: string) => async (service: ServiceProcess) =>
  reasonOf(await tryMe(stranger(service), accessToken))

/** SIGNED_IN, the code of the problem, or that of the error. */
function verdictOf(answer: GraphqlAnswer): string {
  const login = answer.data?.login
  return login ? (login.code ?? 'SIGNED_IN') : String(reasonOf(answer))
}

const count = (verdicts: readonly unknown[], wanted: string) =>
  verdicts.filter((verdict) => verdict === wanted).length
const except = (verdicts: readonly unknown[], ...expected: readonly unknown[]) =>
  verdicts.filter((verdict) => !expected.includes(verdict))

const locked = Array.from({ length: replicas }, () => 'ACCOUNT_LOCKED')
const tryRightPassword = (email: string) =>
  Promise.all(
    services.map(
      atLast(async (service) => verdictOf(await tryLogin(stranger(service), email, goodPassword))),
    ),
  )

async function expectLockOut(): Promise<void> {
  const { outcomes: verdicts, subject: ada } = await undisturbed('attempts', async () => {
    const ada = await newcomer()
    return { subject: ada, outcomes: await onAll(100, 25, atLast(guess(ada.email))) }
  })
  expect(except(verdicts, 'INVALID_CREDENTIALS', 'RATE_LIMITED', 'ACCOUNT_LOCKED')).toEqual([])
  expect(count(verdicts, 'INVALID_CREDENTIALS')).toBeGreaterThan(0)
  expect(count(verdicts, 'INVALID_CREDENTIALS')).toBeLessThanOrEqual(mostFailures)
  expect(await tryRightPassword(ada.email)).toEqual(locked)
}

async function expectLimit(): Promise<void> {
  const { outcomes } = await undisturbed('rate limits', async () => {
    const ben = await newcomer()
    return { subject: ben, outcomes: await onAll(200, 5, query(ben.accessToken)) }
  })
  expect(except(outcomes, 'ok', 'RATE_LIMITED')).toEqual([])
  expect(count(outcomes, 'ok')).toBe(mostQueries)
}

const counters = ['attempts', 'rate limits'] as const
/** How often a process has said that it counts these for itself. */
const outagesOf = (service: ServiceProcess, what: (typeof counters)[number]) =>
  linesOf(service, `${what} are counted in this process`)

/** What the processes say of requests that were answered UNAVAILABLE. */
const whatWasAway = () =>
  services
    .flatMap(({ output }) =>
      output.split('\n').filter((line) => line.includes('A dependency is unavailable.')),
    )
    .join('\n')

/** The same, where Redis or the counters are the reason. A busy machine also exceeds time limits of the database. */
const becauseOfRedis = () =>
  whatWasAway()
    .split('\n')
    .filter((line) => /redis|limiter|could not be counted/i.test(line))

interface Trial {
  readonly subject: SignedIn
  readonly outcomes: readonly unknown[]
}

/**
 * What happened while Redis counted all the time for every process, and the database answered. On a busy machine 100 ms
 * without an answer are soon over: then shares are admitted besides, as they should be, and nothing exact can be said.
 */
async function undisturbed(what: (typeof counters)[number], work: () => Promise<Trial>): Promise<Trial> {
  const outages = () => services.map((service) => outagesOf(service, what)).join()
  for (let tries = 0; tries < 8; tries += 1) {
    await untilRedisCounts()
    const before = outages()
    const result = await work()
    if (outages() === before && count(result.outcomes, 'UNAVAILABLE') === 0) return result
  }
  throw new Error(`Redis or the database did not answer in time, again and again.\n${whatWasAway()}`)
}

const linesOf = (service: ServiceProcess, text: string) => service.output.split(text).length - 1

/** All of them count in Redis, again or still; a process notices that Redis is back at its next call. */
async function untilRedisCounts(): Promise<void> {
  await eventually(
    async () => {
      await onAll(replicas, 1, guess(`nobody-${randomBytes(8).toString('hex')}@example.com`))
      for (const service of services) {
        for (const what of counters)
          expect(linesOf(service, `${what} are counted in Redis again`)).toBe(outagesOf(service, what))
      }
    },
    { everyMs: 100 },
  )
}

describe.skipIf(!hasRedisServer())('four processes on one PostgreSQL and one Redis', () => {
  beforeAll(async () => {
    database = await createServerDatabase()
    redis = await OwnRedis.start()
    const given = { ...env, DATABASE_URL: database.url, REDIS_URL: redis.url }
    services = await Promise.all(Array.from({ length: replicas }, () => ServiceProcess.start(given)))
  })
  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop('SIGKILL')))
    await redis.stop()
    await database.drop()
  })

  it('compare five of a hundred guesses at once; then the account is locked on all of them', expectLockOut)

  it('admit exactly as many of 200 queries as the limit says', expectLimit)

  it('leave as many of 24 parallel logins as the session limit says; the others are over everywhere within a second', async () => {
    const ada = await newcomer()
    const opened = await onAll(24, 6, (service) => loginAtLast(stranger(service), ada.email))
    await sleep(1000)
    const states = await Promise.all(
      opened.map(async ({ tokens }) => (await onAll(replicas, 1, query(tokens.accessToken))).join()),
    )
    expect(count(states, 'ok,ok,ok,ok')).toBe(mostSessions)
    const over = 'TOKEN_REVOKED,TOKEN_REVOKED,TOKEN_REVOKED,TOKEN_REVOKED'
    expect(except(states, 'ok,ok,ok,ok', over)).toEqual([])
  })

  describe.each([
    { how: 'killed', fail: () => redis.stop(), restore: () => redis.start(), forgets: true },
    { how: 'paused', fail: () => redis.pause(), restore: () => redis.resume(), forgets: false },
  ])('whose Redis is $how in the middle', ({ fail, restore, forgets }) => {
    it('additionally admit their shares, respond to every request, and return to Redis automatically', async () => {
      const [ada, ben] = [await newcomer(), await newcomer()]
      const guesses = onAll(100, 25, guess(ada.email))
      const queries = onAll(200, 5, query(ben.accessToken))
      await sleep(50)
      await fail()
      const verdicts = [...(await guesses), ...(await onAll(40, 5, guess(ada.email)))]
      const outcomes = [...(await queries), ...(await onAll(200, 5, query(ben.accessToken)))]
      expect(await tryRightPassword(ada.email)).toEqual(locked)

      for (const service of services)
        for (const what of counters) expect(outagesOf(service, what)).toBeGreaterThan(0)
      await restore()
      await untilRedisCounts()
      if (!forgets) {
        verdicts.push(...(await onAll(40, 5, guess(ada.email))))
        outcomes.push(...(await onAll(200, 5, query(ben.accessToken))))
      }
      expect(
        except(verdicts, 'INVALID_CREDENTIALS', 'RATE_LIMITED', 'ACCOUNT_LOCKED', 'UNAVAILABLE'),
      ).toEqual([])
      expect(count(verdicts, 'INVALID_CREDENTIALS')).toBeLessThanOrEqual(mostFailures + shares(mostFailures))
      expect(except(outcomes, 'ok', 'RATE_LIMITED', 'UNAVAILABLE')).toEqual([])
      expect(count(outcomes, 'ok')).toBeGreaterThan(0)
      expect(becauseOfRedis()).toEqual([])
      expect(count(outcomes, 'ok')).toBeLessThanOrEqual(mostQueries + shares(mostQueries))
      await expectLockOut()
      await expectLimit()
    })
  })
})

/** Of right passwords on several processes at once some have to wait for the verdict on the others. */
async function loginAtLast(actor: Actor, email: string) {
  for (;;) {
    const answer = await tryLogin(actor, email)
    const verdict = verdictOf(answer)
    if (verdict === 'SIGNED_IN') return answer.data.login
    expect(['RATE_LIMITED', 'ACCOUNT_LOCKED']).toContain(verdict)
    await sleep(100)
  }
}
