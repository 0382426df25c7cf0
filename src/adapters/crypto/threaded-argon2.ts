import type { Worker } from 'node:worker_threads'
import type { Argon2Cost, Argon2Engine } from './argon2-engine.ts'
import type { Argon2Answer, Argon2Request } from './argon2-thread.ts'
import { nextMessage, startThread } from './worker-thread.ts'

/** The most expensive hash that can be imported takes a second on an idle machine. */
const maxHashMs = 60_000
const resourceLimits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 }

/**
 * The package @node-rs/argon2 in threads of their own, with a lower priority where the system supports it. The thread pool
 * of libuv stays free for other work. A thread is started when no other one is idle; callers limit their number.
 */
export class ThreadedArgon2 implements Argon2Engine {
  readonly name = '@node-rs/argon2'
  readonly usesPool = false
  readonly #idle: Worker[] = []
  readonly #all = new Set<Worker>()

  async hash(password: string, cost: Argon2Cost): Promise<string> {
    const result = await this.#ask({ kind: 'hash', password, cost })
    if (typeof result !== 'string') throw new Error('The hash is no text.')
    return result
  }

  async verify(hash: string, password: string, secret: Uint8Array | null): Promise<boolean> {
    return (await this.#ask({ kind: 'verify', hash, password, secret })) === true
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((thread) => thread.terminate()))
  }

  async #ask(request: Argon2Request): Promise<string | boolean> {
    const thread = this.#idle.pop() ?? this.#start()
    try {
      const next = nextMessage<Argon2Answer>(thread, maxHashMs)
      thread.postMessage(request)
      const answer = await next
      this.#idle.push(thread)
      if ('error' in answer) throw new Error(answer.error)
      return answer.result
    } catch (error) {
      if (!this.#idle.includes(thread)) void thread.terminate()
      throw error
    }
  }

  #start(): Worker {
    const thread = startThread('argon2-thread', resourceLimits)
    thread.unref()
    thread.on('error', () => undefined)
    thread.on('exit', () => {
      this.#all.delete(thread)
      const place = this.#idle.indexOf(thread)
      if (place >= 0) this.#idle.splice(place, 1)
    })
    this.#all.add(thread)
    return thread
  }
}
