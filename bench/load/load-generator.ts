import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Load, LoadOrder, LoadReply, LoadResult } from './messages.ts'

const program = fileURLToPath(new URL('load-process.ts', import.meta.url))

/** A stretch of requests that runs. */
export interface Stretch {
  readonly result: Promise<LoadResult>
  /** Lets the requests under way finish, and sends no further ones. */
  end(): Promise<LoadResult>
}

/** Sends requests from a process of its own, so that its CPU time is not the server's. */
export class LoadGenerator {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (reply: LoadReply) => void>()
  readonly #ended: Promise<never>
  #lastId = 0

  constructor() {
    this.#child = spawn(process.execPath, ['--import', 'tsx', program], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#child.on('message', (reply: LoadReply) => this.#waiting.get(reply.id)?.(reply))
    this.#ended = once(this.#child, 'exit').then(() => {
      throw new Error('The load generator ended.')
    })
    this.#ended.catch(() => undefined)
  }

  /** Signs the callers of a load in. */
  async gather(load: Load): Promise<void> {
    await this.#send('gather', load)
  }

  /** Runs one stretch of requests. */
  run(load: Load): Promise<LoadResult> {
    return this.#send('run', load)
  }

  /** Starts a stretch that runs beside others. */
  begin(load: Load): Stretch {
    const result = this.#send('run', load)
    const id = this.#lastId
    // The caller may fail before it waits for the result.
    result.catch(() => undefined)
    return {
      result,
      end: () => {
        this.#order({ kind: 'end', id })
        return result
      },
    }
  }

  async #send(kind: 'run' | 'gather', load: Load): Promise<LoadResult> {
    this.#lastId += 1
    const id = this.#lastId
    const replied = new Promise<LoadReply>((resolve) => this.#waiting.set(id, resolve))
    this.#order({ kind, id, load })
    const reply = await Promise.race([replied, this.#ended]).finally(() => this.#waiting.delete(id))
    if ('error' in reply) throw new Error(`${load.product}, ${load.call}: ${reply.error}`)
    return reply.result
  }

  #order(order: LoadOrder): void {
    this.#child.send(order)
  }

  stop(): void {
    this.#child.kill('SIGKILL')
  }
}
