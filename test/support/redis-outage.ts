import { expect } from 'vitest'
import { eventually } from './eventually.ts'
import { Comparisons, wrong } from './guesses.ts'
import { actorAt } from './limits.ts'
import { OwnRedis } from './own-redis.ts'
import { askLogin } from './people.ts'
import { RaisedAlerts } from './raised-alerts.ts'
import { TcpProxy } from './tcp-proxy.ts'
import { createTestApp, freshEmail, type TestApp } from './test-app.ts'

/** Ways in which Redis fails during an attack. After a kill it comes back empty. */
export const redisOutages = [
  { how: 'killed', forgets: true },
  { how: 'paused', forgets: false },
  { how: 'flapping', forgets: false },
] as const

export type RedisOutageKind = (typeof redisOutages)[number]

/** Subjects of the counters in Redis, as the log names them. */
type Counter = 'attempts' | 'rate limits'
const counters: readonly Counter[] = ['attempts', 'rate limits']

/** Two services on one database and one Redis that a test makes fail. */
export class RedisOutage {
  /** Of `here`. */
  readonly comparisons = new Comparisons()
  /** Of `here`. */
  readonly alerts = new RaisedAlerts()
  readonly #kind: RedisOutageKind
  readonly #redis: OwnRedis
  readonly #proxy: TcpProxy
  readonly #services: TestApp[] = []
  /** Number of lines logged before the outage, by service. */
  #linesBefore: readonly number[] = []
  #flaps = 0

  private constructor(kind: RedisOutageKind, redis: OwnRedis, proxy: TcpProxy) {
    this.#kind = kind
    this.#redis = redis
    this.#proxy = proxy
  }

  /** Rate limits are on. The peer of the tests is a trusted proxy, so X-Forwarded-For decides the address of an attacker. */
  static async open(kind: RedisOutageKind, env: Readonly<Record<string, string>>): Promise<RedisOutage> {
    const redis = await OwnRedis.start()
    const outage = new RedisOutage(kind, redis, await TcpProxy.open(redis.url))
    const settings = {
      DATABASE_URL: 'postgres://unused',
      REDIS_URL: outage.#proxy.url,
      REPLICAS: '2',
      RATE_LIMITS: 'on',
      TRUSTED_PROXIES: '192.0.2.7',
      ...env,
    }
    const infrastructure: typeof outage.alerts.infrastructure = (opened) =>
      outage.alerts.infrastructure(outage.comparisons.infrastructure(opened))
    const here = await createTestApp({ env: settings, infrastructure })
    outage.#services.push(here)
    const { database, clock } = here
    outage.#services.push(await createTestApp({ env: settings, database, clock }))
    return outage
  }

  get here(): TestApp {
    return this.#services[0] ?? expect.unreachable()
  }

  get there(): TestApp {
    return this.#services[1] ?? expect.unreachable()
  }

  /** Before an attack: waits until Redis works and counts for both services. */
  async calm(): Promise<void> {
    await this.#restore()
    await this.#takenOver()
    this.comparisons.count = 0
    this.alerts.forget()
    this.#linesBefore = this.#services.map(({ log }) => log.length)
    this.#flaps = 0
  }

  /** Makes Redis unavailable. */
  async begin(): Promise<void> {
    if (this.#kind.how === 'killed') await this.#redis.stop()
    else if (this.#kind.how === 'paused') this.#redis.pause()
    else this.#goAway()
  }

  /** A flapping Redis comes back, counts again and fails once more; with other failures it stays away. */
  async flap(): Promise<void> {
    if (this.#kind.how !== 'flapping') return
    this.#proxy.restore()
    await this.#takenOver()
    this.#goAway()
  }

  /** Restores Redis and waits until it counts again. `noticed` names the counters that were kept without it. */
  async end(...noticed: readonly Counter[]): Promise<void> {
    for (const counter of noticed) expect([counter, this.#changes(counter).left]).not.toEqual([counter, 0])
    await this.#restore()
    await this.#takenOver()
  }

  async close(): Promise<void> {
    await this.#restore()
    for (const service of this.#services.toReversed()) await service.close()
    await this.#proxy.close()
    await this.#redis.stop()
  }

  /** Alternates between cut connections (network failure) and silence (suspended process). */
  #goAway(): void {
    if (this.#flaps % 2 === 0) this.#proxy.cut()
    else this.#proxy.freeze()
    this.#flaps += 1
  }

  async #restore(): Promise<void> {
    this.#proxy.restore()
    this.#redis.resume()
    await this.#redis.start()
  }

  /** Calls until the services notice that Redis is back. The password comparisons of these calls are not counted. */
  async #takenOver(): Promise<void> {
    const { count } = this.comparisons
    await eventually(
      async () => {
        await Promise.all(
          this.#services.map((service) => askLogin(actorAt(service), freshEmail('probe'), wrong)),
        )
        for (const counter of counters) {
          const { left, back } = this.#changes(counter, [])
          expect([counter, back]).toEqual([counter, left])
        }
      },
      { everyMs: 50 },
    )
    this.comparisons.count = count
  }

  /** How often the services logged, since the outage, that they left Redis or came back to it. */
  #changes(counter: Counter, since = this.#linesBefore): { left: number; back: number } {
    const lines = this.#services.flatMap(({ log }, index) => log.slice(since[index] ?? 0))
    const logged = (text: string) =>
      lines.filter((line) => line.includes(`${counter} are counted in ${text}`)).length
    return { left: logged('this process'), back: logged('Redis again') }
  }
}
