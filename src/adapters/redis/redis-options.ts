import type { ClusterOptions, RedisOptions } from 'ioredis'
import type { RedisConfig } from '../../config/themes/storage/redis.ts'
import type { RedisAddress } from '../../config/themes/storage/redis-url.ts'

/** Maximum time to open a connection. */
const maxConnectMs = 500
/**
 * A connection on which Redis has not responded for that long is closed and opened again: the other side may be gone without
 * a word, and after a failover the name or Sentinel leads elsewhere. Longer than this process is ever busy.
 */
const minSilenceMs = 3000
/** Pause after which a command of a cluster is tried again while a slot moves or its node is away. */
const retryDelayMs = 20

/** Options of one connection: no command waits for a connection, and none is sent twice. */
export function connectionOptions(
  { address, timeoutMs }: RedisConfig,
  name: string,
  commandTimeoutMs: number,
) {
  return {
    ...credentialsOf(address),
    ...(address.tls ? { tls: {} } : {}),
    connectionName: `gatehouse-${name}`,
    // Would need a right of its own, and exists in Redis 7.2 and later only.
    disableClientInfo: true,
    connectTimeout: maxConnectMs,
    commandTimeout: commandTimeoutMs,
    socketTimeout: Math.max(minSilenceMs, 10 * timeoutMs),
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    autoResubscribe: false,
    // A command without a reply may have been executed: its caller decides whether to repeat it.
    autoResendUnfulfilledCommands: false,
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    retryStrategy: retryPauseMs,
  } satisfies RedisOptions
}

/** Where to connect: to the server, or to the master that Sentinel names. */
export function placeOptions(address: RedisAddress) {
  const { kind, nodes, tls, database: db, master, sentinel } = address
  if (kind !== 'sentinel') return { ...nodes[0], db } satisfies RedisOptions
  const { username, password } = credentialsOf({ ...address, ...sentinel })
  return {
    sentinels: [...nodes],
    name: master,
    db,
    ...(username === undefined ? {} : { sentinelUsername: username }),
    ...(password === undefined ? {} : { sentinelPassword: password }),
    ...(tls ? { sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
    sentinelCommandTimeout: maxConnectMs,
    sentinelRetryStrategy: retryPauseMs,
  } satisfies RedisOptions
}

/** Options of all connections to a cluster. */
export function clusterOptions(connection: ReturnType<typeof connectionOptions>, address: RedisAddress) {
  // The time of a command to a node that has just been found contains opening the connection; callers limit their own time.
  const redisOptions = { ...connection, commandTimeout: Math.max(connection.commandTimeout, maxConnectMs) }
  return {
    redisOptions,
    enableOfflineQueue: false,
    // Without it, commands are answered with the reason (CLUSTERDOWN).
    enableReadyCheck: false,
    clusterRetryStrategy: retryPauseMs,
    maxRedirections: 5,
    retryDelayOnFailover: retryDelayMs,
    retryDelayOnClusterDown: 0,
    retryDelayOnTryAgain: retryDelayMs,
    slotsRefreshTimeout: maxConnectMs,
    slotsRefreshInterval: 2000,
    // A certificate is for the name of a node, not for its address.
    ...(address.tls ? { dnsLookup: (host, callback) => callback(null, host) } : {}),
  } satisfies ClusterOptions
}

export function retryPauseMs(attempt: number): number {
  return Math.min(attempt * 50, 500)
}

function credentialsOf({ username, password }: Pick<RedisAddress, 'username' | 'password'>): {
  readonly username?: string
  readonly password?: string
} {
  return {
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password: password.reveal() }),
  }
}
