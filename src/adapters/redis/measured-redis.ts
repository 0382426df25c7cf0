import { Cluster, type Command } from 'ioredis'
import type { Timings } from '../../lib/observation/timings.ts'
import type { RedisConnection } from './redis-client.ts'

/**
 * Measures each command until its reply: under the name of the script if it runs one, else of the command. Nothing waits for
 * the measurement.
 */
export function measureCommands(redis: RedisConnection, timings: Timings): void {
  const scripts = new ScriptNames(redis)
  const measured = (command: Command) => {
    const end = timings.begin('redis', scripts.nameOf(command.name, command.args[0]))
    command.promise.then(() => end(), end)
    return command
  }
  if (redis instanceof Cluster) {
    const send = redis.sendCommand.bind(redis)
    redis.sendCommand = (command, stream, node) => send(measured(command), stream, node)
  } else {
    const send = redis.sendCommand.bind(redis)
    redis.sendCommand = (command, stream) => send(measured(command), stream)
  }
}

/** The names under which scripts were defined, by their digest. */
class ScriptNames {
  readonly #redis: RedisConnection
  readonly #names = new Map<unknown, string>()

  constructor(redis: RedisConnection) {
    this.#redis = redis
  }

  nameOf(command: string, digest: unknown): string {
    if (command !== 'evalsha') return command
    const known = this.#names.get(digest)
    if (known !== undefined) return known
    for (const [name, script] of Object.entries(this.#redis.scriptsSet))
      if (typeof script === 'object' && script !== null && 'sha' in script) this.#names.set(script.sha, name)
    return this.#names.get(digest) ?? command
  }
}
