import { Cluster, type Redis } from 'ioredis'
import type { RedisConfig } from '../../config/themes/storage/redis.ts'
import type { Logger } from '../../lib/observation/logger.ts'
import { errorText } from '../../lib/text/error-text.ts'
import { lastErrorOf, openRedis, openSubscriber, type RedisConnection, settled } from './redis-client.ts'
import { channels, keyPrefixes } from './redis-names.ts'
import { findMissingRights } from './redis-rights.ts'

const script = "return redis.call('SET', KEYS[1], '1', 'PX', 1000)"
/** So many keys that each of a few masters of a cluster has some of them, and none has all. */
const keys = Array.from({ length: 16 }, (_, index) => `${keyPrefixes.health}${index}`)
/** How long a start waits for its connections to open before it tries again. */
const maxOpeningMs = 500
/** For a check that is not repeated. */
const maxSingleOpeningMs = 2000

export interface RedisConnections {
  readonly commander: RedisConnection
  readonly subscriber: Redis
}

/**
 * Rejects with the true cause if Redis does not do what this service requires: not only if it is away, but also if it is a
 * replica (READONLY), a node of a cluster (MOVED), if a part of a cluster is down, or if the user lacks a right (NOPERM).
 */
export async function checkRedis({ commander, subscriber }: RedisConnections): Promise<void> {
  try {
    const failure = await failureOf(commander, subscriber)
    // First what concerns all commands; a replica would close the connection at the first write.
    if (failure !== null && !isRefusal(failure)) throw failure
    const missing = await findMissingRights({ commander, subscriber })
    if (missing.length > 0)
      throw new Error(`NOPERM: the user of REDIS_URL lacks the rights ${missing.join(' ')}`)
    if (failure !== null) throw failure
  } catch (error) {
    throw explained(error, { commander, subscriber })
  }
}

/** @throws an Error for operators if Redis does not do what this service requires */
export async function assertRedis(connections: RedisConnections): Promise<void> {
  try {
    await connected(connections, maxOpeningMs)
    await checkRedis(connections)
  } catch (cause) {
    throw new Error(`Redis at REDIS_URL cannot be used: ${errorText(cause)}`, { cause })
  }
}

/**
 * The rights that the user of REDIS_URL lacks, as rules of ACL SETUSER. Opens connections of its own.
 * @throws with the cause if Redis does not respond
 */
export async function checkRedisRights(settings: RedisConfig, logger: Logger): Promise<readonly string[]> {
  const connections = openCheckConnections(settings, logger)
  try {
    await connected(connections, maxSingleOpeningMs)
    return await findMissingRights(connections)
  } catch (error) {
    throw explained(error, connections)
  } finally {
    closeConnections(connections)
  }
}

export function openCheckConnections(settings: RedisConfig, logger: Logger): RedisConnections {
  return {
    commander: openRedis(settings, 'check', logger),
    subscriber: openSubscriber(settings, 'check-subscriber', logger),
  }
}

export function closeConnections({ commander, subscriber }: RedisConnections): void {
  commander.disconnect()
  subscriber.disconnect()
}

async function connected({ commander, subscriber }: RedisConnections, withinMs: number): Promise<void> {
  await Promise.all([settled(commander, withinMs), settled(subscriber, withinMs)])
}

/** Why a script that writes, or a subscription, fails; null if none does. Both are tried, so that a silent connection is noticed. */
async function failureOf(commander: RedisConnection, subscriber: Redis): Promise<unknown> {
  const tries = [writeTo(commander), subscriber.subscribe(channels.revocations)]
  const failed = (await Promise.allSettled(tries)).find(({ status }) => status === 'rejected')
  return failed?.status === 'rejected' ? failed.reason : null
}

async function writeTo(commander: RedisConnection): Promise<void> {
  await assertDatabase(commander)
  const [first = '', ...others] = keys
  // Alone, because each READONLY closes the connection once more.
  await commander.eval(script, 1, first)
  await Promise.all(others.map((key) => commander.eval(script, 1, key)))
}

/** Whether a right is missing, also if the script itself was refused one. */
function isRefusal(error: unknown): boolean {
  return /NOPERM|The user executing the script|ACL failure/.test(errorText(error))
}

/** A connection whose database cannot be selected stays in database 0. */
async function assertDatabase(commander: RedisConnection): Promise<void> {
  if (commander instanceof Cluster || !commander.options.db) return
  await commander.select(commander.options.db)
}

/** The error with what an operator can do about it. */
function explained(error: unknown, { commander, subscriber }: RedisConnections): unknown {
  // While there is no connection, a command fails only because it cannot be sent.
  const closed = [commander, subscriber].find(({ status }) => status !== 'ready')
  const cause = closed === undefined ? error : (lastErrorOf(closed) ?? error)
  const text = errorText(cause)
  if (text.startsWith('MOVED ') && !(commander instanceof Cluster))
    return new Error(
      'MOVED: REDIS_URL names one node of a cluster; use redis+cluster:// or rediss+cluster://',
    )
  if (text.includes('cluster support disabled'))
    return new Error('REDIS_URL names a server that is not in a cluster; use redis:// or rediss://')
  if (/invalid reply: null|No such master/.test(text))
    return new Error('REDIS_URL names a master that its Sentinels do not know')
  return cause
}
