import { Cluster, type Redis } from 'ioredis'
import { errorText } from '../../lib/text/error-text.ts'
import type { RedisConnection } from './redis-client.ts'
import { channels, keyPrefixes } from './redis-names.ts'

const key = `${keyPrefixes.health}rights`
/** No process listens to `health`: checks cost no deliveries. */
const { health, ...heard } = channels
const noScript = '0'.repeat(40)

/** Each command that this service uses, in a form that changes nothing. Redis checks the right before anything else. */
const commands: Readonly<Record<string, readonly string[]>> = {
  info: ['server'],
  eval: ['return 0', '0'],
  // Fails, because there is no such script: the right is there.
  evalsha: [noScript, '0'],
  time: [],
  type: [key],
  get: [key],
  set: [key, '', 'PX', '1'],
  del: [key],
  hget: [key, ''],
  hgetall: [key],
  hset: [key, '', ''],
  hdel: [key, ''],
  pexpire: [key, '1'],
  pttl: [key],
  pfadd: [key],
  pfcount: [key],
  publish: [health, ''],
}

/** Commands of a connection to a cluster. */
const clusterCommands: Readonly<Record<string, readonly string[]>> = {
  'cluster|slots': [],
  // Sent before a command for a slot that is being moved. It concerns that command only.
  asking: [],
}

/**
 * The rights that the user of REDIS_URL lacks, as rules of ACL SETUSER: `+get`, `~gatehouse:failures:*`,
 * `&gatehouse:sessions`. In a cluster, those that it lacks on at least one master.
 * @throws if Redis does not respond
 */
export async function findMissingRights({
  commander,
  subscriber,
}: {
  readonly commander: RedisConnection
  readonly subscriber: Redis
}): Promise<readonly string[]> {
  const missing = new Set<string>()
  const nodes = commander instanceof Cluster ? commander.nodes('master') : [commander]
  const all = commander instanceof Cluster ? { ...commands, ...clusterCommands } : commands
  await Promise.all([...nodes.map((node) => addMissing(node, all, missing)), addUnheard(subscriber, missing)])
  return [...missing].sort()
}

async function addMissing(node: Redis, all: typeof commands, missing: Set<string>): Promise<void> {
  const probes = Object.entries(all).map(async ([name, values]) => {
    const [command = '', ...subcommand] = name.split('|')
    if ((await refused(() => node.call(command, ...subcommand, ...values))) === 'command')
      missing.add(`+${name}`)
  })
  const keys = Object.values(keyPrefixes).map(async (prefix) => {
    const name = `${prefix}rights`
    // Reads and writes have rights of their own.
    const answers = await Promise.all([refused(() => node.get(name)), refused(() => node.del(name))])
    if (answers.includes('key')) missing.add(`~${prefix}*`)
  })
  const isMute = refused(() => node.publish(health, '')).then((answer) => {
    if (answer === 'channel') missing.add(`&${health}`)
  })
  await Promise.all([...probes, ...keys, isMute])
}

/** A right to a channel is for messages and subscriptions. The process is subscribed to these; a second time changes nothing. */
async function addUnheard(subscriber: Redis, missing: Set<string>): Promise<void> {
  const answers = Object.values(heard).map(async (channel) => {
    const answer = await refused(() => subscriber.subscribe(channel))
    if (answer === 'command') missing.add('+subscribe')
    if (answer === 'channel') missing.add(`&${channel}`)
  })
  await Promise.all(answers)
}

/** What the user has no right to; null if the command was admitted, even if it failed. @throws without a reply of Redis */
async function refused(run: () => Promise<unknown>): Promise<'command' | 'key' | 'channel' | null> {
  try {
    await run()
    return null
  } catch (error) {
    const text = errorText(error)
    if (!(error instanceof Error && error.name === 'ReplyError')) throw error
    if (!text.startsWith('NOPERM')) return null
    if (/\bcommand\b/.test(text)) return 'command'
    return /\bchannels?\b/.test(text) ? 'channel' : 'key'
  }
}
