import type { Worker } from 'node:worker_threads'
import type { PasswordScore, PasswordScorer, ScoringPurpose } from '../../domain/passwords/password-scorer.ts'
import { UnavailableError } from '../../domain/refusals.ts'
import { Gate, GateTimeout } from '../../lib/concurrency/gate.ts'
import type { Logger } from '../../lib/observation/logger.ts'
import { errorText } from '../../lib/text/error-text.ts'
import { nextMessage, startThread } from './worker-thread.ts'
import type { ScoringRequest } from './zxcvbn-scoring.ts'

/** One thread scores one password at a time. Limits of its queue: number of callers, and how long each waits. */
const queueLimit = 64
const queueSeconds = 2
/** Callers who only try out a candidate enter the queue one at a time; this number of them waits for that. */
const previewQueueLimit = 16
/** Time limits. On an idle machine loading takes 0.1 s, and the slowest password 0.3 s. */
const loadingMs = 30_000
const scoringMs = 5000
/** A thread with the dictionaries uses 25 MB. A score creates much garbage; a small young generation saves 40 MB. */
const resourceLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 4 }

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

  async loaded(): Promise<void> {
    await this.#thread?.ready.catch(() => undefined)
  }

  async score(password: string, words: readonly string[], purpose: ScoringPurpose): Promise<PasswordScore> {
    const request = { password, words, fromStranger: purpose === 'strangerPreview' }
    const score = () => this.#gate.run(() => this.#request(request))
    try {
      return await (purpose === 'set' ? score() : this.#previews.run(score))
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
      const score = nextMessage<PasswordScore>(thread.worker, scoringMs)
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
    const worker = startThread('zxcvbn-worker', resourceLimits)
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
