import { Worker } from 'node:worker_threads'
import type { PasswordScore, PasswordScorer, ScoringPurpose } from '../../domain/passwords/password-scorer.ts'
import { UnavailableError } from '../../domain/refusals.ts'
import { errorText } from '../../lib/error-text.ts'
import { Gate, GateTimeout } from '../../lib/gate.ts'
import type { Logger } from '../../lib/logger.ts'
import type { ScoringRequest } from './zxcvbn-worker.ts'

/** One thread scores one password at a time. Limits of its queue: number of callers, and how long each waits. */
const queueLimit = 64
const queueSeconds = 2
/** Callers who only try out a candidate enter the queue one at a time; this number of them waits for that. */
const previewQueueLimit = 16
/** Time limits. On an idle machine loading takes 0.5 s, and the slowest password 0.3 s. */
const loadingMs = 30_000
const scoringMs = 5000
/** The dictionaries use 50 MB. */
const resourceLimits = { maxOldGenerationSizeMb: 256 }

/**
 * zxcvbn in a separate thread, so that no password blocks the event loop. The first score or `start` starts the thread. It
 * is restarted after it ended or took too long.
 */
export class ZxcvbnPasswordScorer implements PasswordScorer {
  readonly #logger: Logger
  readonly #gate = new Gate({ concurrency: 1, queueSeconds, queueLimit })
  readonly #previews = new Gate({ concurrency: 1, queueSeconds, queueLimit: previewQueueLimit })
  #thread: Thread | null = null

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Loads the dictionaries now, in the background, so that the first caller does not wait for them. */
  start(): void {
    this.#open()
  }

  async score(password: string, words: readonly string[], purpose: ScoringPurpose): Promise<PasswordScore> {
    const score = () => this.#gate.run(() => this.#request({ password, words }))
    try {
      return await (purpose === 'preview' ? this.#previews.run(score) : score())
    } catch (error) {
      if (error instanceof GateTimeout) throw new UnavailableError(queueSeconds)
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#end()
  }

  async #request(request: ScoringRequest): Promise<PasswordScore> {
    const thread = this.#open()
    try {
      await thread.ready
      const score = nextMessage(thread.worker, scoringMs)
      thread.worker.postMessage(request)
      return await score
    } catch (error) {
      await this.#end()
      this.#logger.error({ reason: errorText(error) }, 'a password could not be scored')
      throw new UnavailableError()
    }
  }

  #open(): Thread {
    if (this.#thread !== null) return this.#thread
    const worker = startThread()
    worker.unref()
    const ready = nextMessage(worker, loadingMs)
    // Callers of `score` receive the rejection. Without a caller, the next one starts another thread.
    ready.catch(() => undefined)
    const thread = { worker, ready }
    worker.on('error', () => undefined)
    worker.on('exit', () => {
      if (this.#thread === thread) this.#thread = null
    })
    this.#thread = thread
    return thread
  }

  async #end(): Promise<void> {
    const thread = this.#thread
    this.#thread = null
    await thread?.worker.terminate()
  }
}

interface Thread {
  readonly worker: Worker
  /** Resolves when the thread can score. */
  readonly ready: Promise<unknown>
}

/** The next message of the thread. Rejects if none arrives in time, or the thread fails or ends. */
function nextMessage(worker: Worker, withinMs: number): Promise<PasswordScore> {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer)
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
    }
    const fail = (error: Error) => {
      done()
      reject(error)
    }
    const onMessage = (message: PasswordScore) => {
      done()
      resolve(message)
    }
    const onError = (error: Error) => fail(error)
    const onExit = () => fail(new Error('The scoring thread ended.'))
    const timer = setTimeout(
      () => fail(new Error(`The scoring thread did not respond within ${withinMs} ms.`)),
      withinMs,
    )
    timer.unref()
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
  })
}

/** Node 20 does not run TypeScript: when the sources run directly (`npm run dev`, tests), tsx loads them in the thread too. */
function startThread(): Worker {
  if (import.meta.url.endsWith('.js')) {
    return new Worker(new URL('./zxcvbn-worker.js', import.meta.url), { resourceLimits })
  }
  const entry = JSON.stringify(new URL('./zxcvbn-worker.ts', import.meta.url).href)
  const tsx = JSON.stringify(import.meta.resolve('tsx/esm/api'))
  const load = `import(${tsx}).then((tsx) => tsx.register()).then(() => import(${entry}))`
  return new Worker(load, { eval: true, resourceLimits })
}
