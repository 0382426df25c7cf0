import { Worker } from 'node:worker_threads'
import type { PasswordScore, PasswordScorer } from '../../domain/passwords/password-scorer.ts'
import { UnavailableError } from '../../domain/refusals.ts'
import { Gate, GateTimeout } from '../../lib/gate.ts'
import type { Logger } from '../../lib/logger.ts'
import type { ScoringRequest } from './zxcvbn-worker.ts'

/** One thread scores one password after the other; so many may wait, for so long. */
const queueLimit = 64
const queueSeconds = 2
/** Loading takes a third of a second, the worst password half of one: longer is not usual. */
const patienceMs = 5000

/**
 * zxcvbn in a thread of its own, so that no password stops the event loop. The thread is started by the first score or
 * by `start`, and anew after it died or took too long.
 */
export class ZxcvbnPasswordScorer implements PasswordScorer {
  readonly #logger: Logger
  readonly #gate = new Gate({ concurrency: 1, queueSeconds, queueLimit })
  #thread: Worker | null = null

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Loads the dictionaries now, in the background: nobody has to wait for them later. */
  start(): void {
    this.#open()
  }

  async score(password: string, words: readonly string[]): Promise<PasswordScore> {
    try {
      return await this.#gate.run(() => this.#ask({ password, words }))
    } catch (error) {
      if (error instanceof GateTimeout) throw new UnavailableError(queueSeconds)
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#end()
  }

  #ask(request: ScoringRequest): Promise<PasswordScore> {
    const thread = this.#open()
    return new Promise((resolve, reject) => {
      const fail = (reason: string) => {
        done()
        this.#logger.error({ reason }, 'a password could not be scored')
        void this.#end()
        reject(new UnavailableError())
      }
      const timer = setTimeout(() => fail('too slow'), patienceMs)
      const onMessage = (answer: PasswordScore) => {
        done()
        resolve(answer)
      }
      const onEnd = () => fail('the thread ended')
      const done = () => {
        clearTimeout(timer)
        thread.off('message', onMessage).off('exit', onEnd)
      }
      thread.on('message', onMessage).on('exit', onEnd)
      thread.postMessage(request)
    })
  }

  #open(): Worker {
    if (this.#thread !== null) return this.#thread
    const thread = startThread()
    thread.on('error', (error) => {
      this.#logger.error({ error: error.message }, 'the thread that scores passwords has failed')
    })
    thread.on('exit', () => {
      if (this.#thread === thread) this.#thread = null
    })
    thread.unref()
    this.#thread = thread
    return thread
  }

  async #end(): Promise<void> {
    const thread = this.#thread
    this.#thread = null
    await thread?.terminate()
  }
}

/** Node 20 knows no TypeScript: where the sources run as they are (`npm run dev`, tests), tsx reads them here too. */
function startThread(): Worker {
  if (import.meta.url.endsWith('.js')) return new Worker(new URL('./zxcvbn-worker.js', import.meta.url))
  const entry = JSON.stringify(new URL('./zxcvbn-worker.ts', import.meta.url).href)
  const tsx = JSON.stringify(import.meta.resolve('tsx/esm/api'))
  return new Worker(`import(${tsx}).then((tsx) => tsx.register()).then(() => import(${entry}))`, {
    eval: true,
  })
}
