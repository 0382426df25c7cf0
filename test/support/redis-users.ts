import { readFile } from 'node:fs/promises'
import type { RedisConnection } from '../../src/adapters/redis/redis-client.ts'

/** Rules of the lines ACL SETUSER of the documentation: for a server, those to be added in a cluster, and for Sentinels. */
export async function documentedRights(): Promise<{
  readonly server: readonly string[]
  readonly cluster: readonly string[]
  readonly watcher: readonly string[]
}> {
  const text = await readFile(new URL('../../docs/redis.md', import.meta.url), 'utf8')
  const [server = [], cluster = [], watcher = []] = [...text.matchAll(/^ACL SETUSER \w+ (.+)$/gm)].map(
    ([, rules = '']) => rules.split(' '),
  )
  return { server, cluster, watcher }
}

/** Creates the user `gatehouse` with these rules. */
export async function setUser(operator: RedisConnection, rules: readonly string[]): Promise<void> {
  await operator.call('ACL', 'SETUSER', 'gatehouse', 'reset', ...rules)
}
