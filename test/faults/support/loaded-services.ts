import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { GraphqlAnswer } from '../../support/actor.ts'
import { eventually } from '../../support/eventually.ts'
import { guess } from '../../support/guesses.ts'
import { actorAt, freshAddress } from '../../support/limits.ts'
import { type SignedIn, signUp, tryLogin, tryRefresh } from '../../support/people.ts'
import { createTestApp, type TestApp } from '../../support/test-app.ts'
import { openTestDatabase } from '../../support/test-database.ts'

const clients = 4
/** Links that one address may open an hour. */
const budget = 6

interface Load {
  readonly calls: number
  /** Answers that are not what they should be, each once. */
  readonly failed: readonly string[]
  readonly slowestMs: number
}

const openLink = (test: TestApp, address: string): Promise<GraphqlAnswer> =>
  actorAt(test, address).ask('mutation { verifyEmail(input: { token: "none" }) { __typename } }')
const isAdmitted = ({ data }: GraphqlAnswer) => data?.verifyEmail?.__typename === 'InvalidTokenProblem'

/** Two services on one database and one Redis, with clients that sign in and use up limits while a test breaks Redis. */
export class LoadedServices {
  readonly #services: readonly [TestApp, TestApp]
  readonly #closeDatabase: () => Promise<void>

  private constructor(services: readonly [TestApp, TestApp], closeDatabase: () => Promise<void>) {
    this.#services = services
    this.#closeDatabase = closeDatabase
  }

  static async open(url: string): Promise<LoadedServices> {
    const database = await openTestDatabase()
    const env = {
      REDIS_URL: url,
      REPLICAS: '2',
      DATABASE_URL: 'postgres://unused',
      RATE_LIMITS: 'on',
      RATE_LIMIT_ONE_TIME_TOKEN: `${budget}/1h`,
      // The load is far below these.
      RATE_LIMIT_LOGIN_IDENTIFIER: '100000/1m',
      RATE_LIMIT_REFRESH: '100000/1m',
      RATE_LIMIT_ALL: '100000/1m',
      FLOOD_REFUSALS: '100000',
      TRUSTED_PROXIES: '192.0.2.7',
    }
    const here = await createTestApp({ env, database })
    const there = await createTestApp({ env, database, clock: here.clock })
    return new LoadedServices([here, there], () => database.close())
  }

  /** Number of log lines about a change from Redis to the memory of a process. */
  get degradations(): number {
    return this.#countLines('are counted in this process')
  }

  /**
   * Breaks Redis under load. No call fails, what is locked and used up stays so, and after it Redis counts again by itself.
   * @param fault resolves when Redis can be expected to come back
   */
  async endure(fault: () => Promise<void>): Promise<Load & { readonly recoveryMs: number }> {
    await this.#recovered()
    const attacker = freshAddress()
    const victim = await signUp(actorAt(this.#services[0]))
    for (const test of this.#services) {
      for (let n = 0; n < budget; n += 1) await openLink(test, attacker)
      await guess(actorAt(test), victim.email, 5)
    }
    const load = await this.#startLoad(attacker, victim)
    await sleep(300)
    await fault()
    const startedAtMs = performance.now()
    await this.#recovered()
    // Connections to a part of a cluster that is frozen learn of it one after the other.
    await eventually(() => this.#assertExactLimits(), { everyMs: 250 })
    const recoveryMs = performance.now() - startedAtMs
    return { ...(await load.stop()), recoveryMs }
  }

  async close(): Promise<void> {
    for (const test of this.#services) await test.close()
    await this.#closeDatabase()
  }

  async #startLoad(attacker: string, victim: SignedIn) {
    const failed = new Set<string>()
    let [calls, slowestMs, stopped] = [0, 0, false]
    const expectAnswer = async (
      name: string,
      call: Promise<GraphqlAnswer>,
      isRight: (data: GraphqlAnswer) => boolean,
    ) => {
      const startedAtMs = performance.now()
      const answer = await call
      slowestMs = Math.max(slowestMs, performance.now() - startedAtMs)
      calls += 1
      if (answer.status >= 500 || answer.errors.length > 0 || !isRight(answer))
        failed.add(`${name}: ${answer.status} ${JSON.stringify([answer.data, answer.errors])}`)
    }
    const client = async (test: TestApp, email: string, session: SignedIn) => {
      let { refreshToken } = session
      while (!stopped) {
        await expectAnswer(
          'login',
          tryLogin(actorAt(test), email),
          ({ data }) => data?.login?.__typename === 'LoginSuccess',
        )
        await expectAnswer('refresh', tryRefresh(actorAt(test), refreshToken), ({ data }) => {
          refreshToken = data?.refresh?.tokens?.refreshToken ?? refreshToken
          return data?.refresh?.__typename === 'RefreshSuccess'
        })
        await expectAnswer('used-up budget', openLink(test, attacker), (answer) => !isAdmitted(answer))
        await expectAnswer('first link', openLink(test, freshAddress()), isAdmitted)
        await expectAnswer(
          'locked account',
          tryLogin(actorAt(test), victim.email),
          ({ data }) => data?.login?.code === 'ACCOUNT_LOCKED',
        )
        await sleep(5)
      }
    }
    const register = () => signUp(actorAt(this.#services[0]))
    const running = await Promise.all(
      Array.from({ length: clients }, async (_, index) => {
        // One signs in again and again, so that the limit of sessions does not end the session of the other.
        const [{ email }, session] = [await register(), await register()]
        return () => client(this.#services[index % 2 === 0 ? 0 : 1], email, session)
      }),
    ).then((starts) => starts.map((start) => start()))
    return {
      stop: async (): Promise<Load> => {
        stopped = true
        await Promise.all(running)
        return { calls, failed: [...failed], slowestMs }
      },
    }
  }

  /** Waits until both services report Redis as up and count in it. */
  async #recovered(): Promise<void> {
    await eventually(
      async () => {
        for (const test of this.#services) {
          const url = new URL('/health/ready', test.config.server.publicUrl)
          const report = await (await test.app.fetch(new Request(url))).json()
          expect(report).toMatchObject({ status: 'ok', checks: { redis: 'up' } })
          await tryLogin(actorAt(test), 'nobody@example.com')
        }
        expect(this.degradations).toBe(this.#countLines('are counted in Redis again'))
      },
      { everyMs: 50 },
    )
  }

  /** Both services count on one budget. */
  async #assertExactLimits(): Promise<void> {
    const address = freshAddress()
    const answers: GraphqlAnswer[] = []
    for (let n = 0; n < 2 * budget; n += 1)
      answers.push(await openLink(this.#services[n % 2 === 0 ? 0 : 1], address))
    expect(answers.map(isAdmitted)).toEqual(answers.map((_, n) => n < budget))
  }

  #countLines(text: string): number {
    return this.#services.flatMap(({ log }) => log).filter((line) => line.includes(text)).length
  }
}
