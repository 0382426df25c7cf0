import { Worker } from 'node:worker_threads'
import type { PasswordScore, PasswordScorer } from '../../domain/passwords/password-scorer.ts'
import { UnavailableError } from '../../domain/refusals.ts'
import { errorText } from '../../lib/error-text.ts'
import { Gate, GateTimeout } from '../../lib/gate.ts'
import type { Logger } from '../../lib/logger.ts'
import type { ScoringRequest } from './zxcvbn-worker.ts'

/** One thread scores one password after the other; so many may wait, for so long. */
const queueLimit = 64
const queueSeconds = 2
/** Loading takes half a second on an idle machine, the worst password 0.3 s: far longer means that something is wrong. */
const loadingMs = 30_000
const scoringMs = 5000
/** The dictionaries take 50 MB. */
const resourceLimits = { maxOldGenerationSizeMb: 256 }

/**
 * zxcvbn in a thread of its own, so that no password stops the event loop. The thread is started by the first score or
 * by `start`, and anew after it died or took too long.
 */
export class ZxcvbnPasswordScorer implements PasswordScorer {
  readonly #logger: Logger
  readonly #gate = new Gate({ concurrency: 1, queueSeconds, queueLimit })
  #thread: Thread | null = null

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

  async #ask(request: ScoringRequest): Promise<PasswordScore> {
    const thread = this.#open()
    try {
      await thread.ready
      const answer = nextMessage(thread.worker, scoringMs)
      thread.worker.postMessage(request)
      return await answer
    } catch (error) {
      await this.#end()
      const reason = errorText(error)
      this.#logger.error({ reason }, 'a password could not be scored')
      throw new UnavailableError()
    }
  }

  #open(): Thread {
    if (this.#thread !== null) return this.#thread
    const worker = startThread()
    worker.unref()
    const ready = nextMessage(worker, loadingMs)
    // Whoever asks hears of it; when nobody does, the next one starts another thread.
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
  /** Resolves when it can score. */
  readonly ready: Promise<unknown>
}

/** What the thread says next. Rejects when it says nothing for so long, fails or ends. */
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
    const onExit = () => fail(new Error('The thread has ended.'))
    const timer = setTimeout(() => fail(new Error(`No answer within ${withinMs} ms.`)), withinMs)
    timer.unref()
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
  })
}

/** Node 20 knows no TypeScript: where the sources run as they are (`npm run dev`, tests), tsx reads them here too. */
function startThread(): Worker {
  if (import.meta.url.endsWith('.js')) {
    return new Worker(new URL('./zxcvbn-worker.js', import.meta.url), { resourceLimits })
  }
  const entry = JSON.stringify(new URL('./zxcvbn-worker.ts', import.meta.url).href)
  const tsx = JSON.stringify(import.meta.resolve('tsx/esm/api'))
  const load = `import(${tsx}).then((tsx) => tsx.register()).then(() => import(${entry}))`
  return new Worker(load, { eval: true, resourceLimits })
}
