import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { openRedis, type RedisConnection } from '../../src/adapters/redis/redis-client.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { eventually } from './eventually.ts'
import { OwnRedis } from './own-redis.ts'
import { redisSettings } from './redis-settings.ts'

const downAfterMs = 1000
const replicas = 2

/** A master with two replicas, watched by three Sentinels, that a test may break. */
export class OwnSentinels {
  readonly #folder: string
  readonly servers: readonly OwnRedis[]
  readonly sentinels: readonly OwnRedis[]
  readonly #operators: RedisConnection[]

  private constructor(
    folder: string,
    servers: readonly OwnRedis[],
    sentinels: readonly OwnRedis[],
    operators: RedisConnection[],
  ) {
    this.#folder = folder
    this.servers = servers
    this.sentinels = sentinels
    this.#operators = operators
  }

  /** @param more lines of the configuration of each Sentinel */
  static async start(more: readonly string[] = []): Promise<OwnSentinels> {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-sentinels-'))
    const servers: OwnRedis[] = []
    for (let index = 0; index <= replicas; index += 1) {
      const dir = join(folder, `server-${index}`)
      await mkdir(dir)
      const master = servers[0]
      const follows = master === undefined ? {} : { replicaof: `127.0.0.1 ${master.port}` }
      servers.push(await OwnRedis.start({ settings: { dir, 'repl-diskless-sync-delay': '0', ...follows } }))
    }
    const sentinels: OwnRedis[] = []
    for (let index = 0; index < 3; index += 1) {
      const file = join(folder, `sentinel-${index}.conf`)
      await writeFile(file, [...watching(servers[0]?.port ?? 0), ...more, ''].join('\n'))
      sentinels.push(await OwnRedis.start({ sentinelFile: file }))
    }
    const operators = sentinels.map(({ url }) =>
      openRedis(redisSettings(url, 5000), 'test-operator', silentLogger),
    )
    const opened = new OwnSentinels(folder, servers, sentinels, operators)
    await opened.complete()
    return opened
  }

  get url(): string {
    const hosts = this.sentinels.map(({ port }) => `127.0.0.1:${port}`)
    return `redis+sentinel://${hosts.join(',')}/mymaster/0`
  }

  /** The master, as the first Sentinel sees it. */
  async master(): Promise<OwnRedis> {
    const reply = await this.#operators[0]?.call('SENTINEL', 'get-master-addr-by-name', 'mymaster')
    const port = Array.isArray(reply) ? Number(reply[1]) : 0
    return this.servers.find((server) => server.port === port) ?? expect.unreachable()
  }

  /** Waits until the Sentinels know each other and all servers, and all replicas follow the master. */
  async complete(): Promise<void> {
    await eventually(async () => expect(await this.#known()).toEqual(this.sentinels.map(() => [replicas, 2])))
  }

  /** A planned failover. Sentinel refuses it until it has heard of a replica that is fit for it. */
  failOver(): Promise<unknown> {
    return eventually(() => this.#operators[0]?.call('SENTINEL', 'FAILOVER', 'mymaster'), { everyMs: 500 })
  }

  /** Creates a user of the Sentinels. */
  async setUser(name: string, rules: readonly string[]): Promise<void> {
    for (const operator of this.#operators) {
      await operator.call('ACL', 'SETUSER', name, 'reset', ...rules)
      await operator.call('ACL', 'LOG', 'RESET')
    }
  }

  /** What the Sentinels have refused to users. */
  async refusals(): Promise<readonly unknown[]> {
    const logs = await Promise.all(this.#operators.map((operator) => operator.call('ACL', 'LOG')))
    return logs.flat()
  }

  async close(): Promise<void> {
    for (const operator of this.#operators) operator.disconnect()
    await Promise.all([...this.sentinels, ...this.servers].map((redis) => redis.stop()))
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** How many replicas that follow the master, and how many other Sentinels, each Sentinel knows. */
  #known(): Promise<(readonly number[])[]> {
    return Promise.all(
      this.#operators.map(async (operator) => {
        const followers = JSON.stringify(await operator.call('SENTINEL', 'REPLICAS', 'mymaster'))
        const others = await operator.call('SENTINEL', 'SENTINELS', 'mymaster')
        const following = followers.split('"master-link-status","ok"').length - 1
        return [following, Array.isArray(others) ? others.length : 0]
      }),
    )
  }
}

function watching(port: number): readonly string[] {
  return [
    `sentinel monitor mymaster 127.0.0.1 ${port} 2`,
    `sentinel down-after-milliseconds mymaster ${downAfterMs}`,
    'sentinel failover-timeout mymaster 6000',
  ]
}
