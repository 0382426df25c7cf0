import type { Redis } from 'ioredis'
import type { Timings } from '../../lib/observation/timings.ts'

type Send = Redis['sendCommand']

/**
 * Measures each command until its reply: under the name of the script if it runs one, else of the command. Nothing waits for
 * the measurement.
 */
export function measureCommands(redis: Redis, timings: Timings): void {
  const send: Send = redis.sendCommand.bind(redis)
  const scripts = new ScriptNames(redis)
  redis.sendCommand = (command, stream) => {
    const end = timings.begin('redis', scripts.nameOf(command.name, command.args[0]))
    command.promise.then(() => end(), end)
    return send(command, stream)
  }
}

/** The names under which scripts were defined, by their digest. */
class ScriptNames {
  readonly #redis: Redis
  readonly #names = new Map<unknown, string>()

  constructor(redis: Redis) {
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
