import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { openRedis, type RedisConnection } from '../../src/adapters/redis/redis-client.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'
import { OwnRedis, type OwnRedisOptions } from './own-redis.ts'
import { redisSettings } from './redis-settings.ts'

const slots = 16_384
const masters = 3
/** After this time without a word, a node counts as failed. */
const nodeTimeoutMs = 1000

export interface ClusterNode {
  readonly redis: OwnRedis
  /** A connection to this node alone. */
  readonly operator: RedisConnection
  readonly busPort: number
}

/** A cluster of three masters, with or without a replica of each, that a test may break. */
export class OwnRedisCluster {
  readonly #folder: string
  /** The masters, then the replicas in the same order. */
  readonly nodes: readonly ClusterNode[]

  private constructor(folder: string, nodes: readonly ClusterNode[]) {
    this.#folder = folder
    this.nodes = nodes
  }

  static async start({
    replicas = false,
    settings = async () => ({}),
  }: {
    readonly replicas?: boolean
    /** More settings of a node. */
    readonly settings?: () => Promise<NonNullable<OwnRedisOptions['settings']>>
  } = {}): Promise<OwnRedisCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-cluster-'))
    const nodes: ClusterNode[] = []
    for (let index = 0; index < (replicas ? 2 * masters : masters); index += 1)
      nodes.push(await startNode(join(folder, String(index)), await settings()))
    const cluster = new OwnRedisCluster(folder, nodes)
    await cluster.#join()
    return cluster
  }

  /** Names all nodes. */
  get url(): string {
    return `redis+cluster://${this.nodes.map(({ redis }) => `127.0.0.1:${redis.port}`).join(',')}`
  }

  /** The number of slots that are served, as a node sees it. */
  async servedSlots(): Promise<number> {
    const states = await Promise.all(this.nodes.map(({ operator }) => infoOf(operator).catch(() => null)))
    return Math.min(
      ...states.filter((state) => state !== null).map(({ isOk, served }) => (isOk ? served : 0)),
    )
  }

  /** Waits until all nodes serve all slots, and the replicas follow their masters. */
  async complete(): Promise<void> {
    await eventually(async () => expect(await this.servedSlots()).toBe(slots))
    await eventually(async () => expect(await this.#copies()).toBe(this.nodes.length - masters))
  }

  /** A master and its replica, whichever of the two nodes it is now. */
  async pair(): Promise<readonly [ClusterNode, ClusterNode]> {
    const [one, other] = [this.nodes[0], this.nodes[masters]]
    if (one === undefined || other === undefined) throw new Error('The cluster has no replicas.')
    return (await roleOf(one)) === 'master' ? [one, other] : [other, one]
  }

  async close(): Promise<void> {
    for (const { operator } of this.nodes) operator.disconnect()
    await Promise.all(this.nodes.map(({ redis }) => redis.stop()))
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #join(): Promise<void> {
    const [first, ...others] = this.nodes
    if (first === undefined) return
    for (const [index, { operator }] of this.nodes.slice(0, masters).entries()) {
      const [from, to] = [index, index + 1].map((n) => Math.floor((n * slots) / masters))
      await operator.call('CLUSTER', 'ADDSLOTSRANGE', String(from), String((to ?? slots) - 1))
      await operator.call('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1))
    }
    const place = ['127.0.0.1', String(first.redis.port), String(first.busPort)]
    for (const { operator } of others) await operator.call('CLUSTER', 'MEET', ...place)
    await eventually(async () => expect(await this.#known()).toEqual(this.nodes.map(() => this.nodes.length)))
    for (const [index, { operator }] of this.nodes.slice(masters).entries()) {
      const master = await this.nodes[index]?.operator.call('CLUSTER', 'MYID')
      await operator.call('CLUSTER', 'REPLICATE', String(master))
    }
    await this.complete()
  }

  /** How many nodes each node knows. */
  #known(): Promise<number[]> {
    return Promise.all(
      this.nodes.map(async ({ operator }) => {
        const info = String(await operator.call('CLUSTER', 'INFO'))
        return Number(/cluster_known_nodes:(\d+)/.exec(info)?.[1])
      }),
    )
  }

  /** How many replicas follow their master. */
  async #copies(): Promise<number> {
    const roles = await Promise.all(this.nodes.map(({ operator }) => operator.info('replication')))
    return roles.filter((role) => role.includes('master_link_status:up')).length
  }
}

/** Whether a node is a master or a replica now. */
export async function roleOf({ operator }: ClusterNode): Promise<'master' | 'replica'> {
  return (await operator.info('replication')).includes('role:master') ? 'master' : 'replica'
}

async function startNode(folder: string, settings: OwnRedisOptions['settings']): Promise<ClusterNode> {
  await mkdir(folder)
  const busPort = await freePort()
  const redis = await OwnRedis.start({
    settings: {
      dir: folder,
      'cluster-enabled': 'yes',
      'cluster-port': String(busPort),
      'cluster-node-timeout': String(nodeTimeoutMs),
      'repl-diskless-sync-delay': '0',
      ...settings,
    },
  })
  const operator = openRedis(redisSettings(redis.url, 5000), 'test-operator', silentLogger)
  await eventually(() => expect(operator.status).toBe('ready'))
  return { redis, operator, busPort }
}

async function infoOf(
  operator: RedisConnection,
): Promise<{ readonly isOk: boolean; readonly served: number }> {
  const info = String(await operator.call('CLUSTER', 'INFO'))
  return {
    isOk: info.includes('cluster_state:ok'),
    served: Number(/cluster_slots_ok:(\d+)/.exec(info)?.[1]),
  }
}
