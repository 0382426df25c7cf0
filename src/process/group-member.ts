import { type EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseToPrimary, type ToPrimary, type ToWorker } from './group-messages.ts'

/** How long messages of a process can arrive after its end. */
const maxLastMessagesMs = 1_000

/** The part of a worker of node:cluster that is used. */
export interface WorkerProcess extends EventEmitter {
  readonly process: { readonly pid?: number | undefined; kill(signal: NodeJS.Signals): unknown }
  isConnected(): boolean
  send(message: ToWorker, sent: (error: Error | null) => void): unknown
}

export interface WorkerEnd {
  readonly code: number | null
  readonly signal: string | null
}

/** One process of a group, as the primary process sees it. */
export class GroupMember {
  readonly worker: number
  readonly #process: WorkerProcess
  /** Null: it is ready. Otherwise it has ended before. */
  readonly readyOrEnded: Promise<WorkerEnd | null>
  readonly ended: Promise<WorkerEnd>
  #isReady = false
  #isReplaced = false

  constructor(worker: number, process: WorkerProcess) {
    this.worker = worker
    this.#process = process
    // The last messages arrive before the connection ends, and maybe after the process has. Node reports no end of a connection
    // on which the process has not acknowledged a client that was passed to it.
    const disconnected = once(process, 'disconnect').catch(() => undefined)
    this.ended = once(process, 'exit').then(
      async ([code, signal]) => {
        await Promise.race([disconnected, sleep(maxLastMessagesMs, undefined, { ref: false })])
        return { code, signal }
      },
      // It could not be started.
      () => ({ code: null, signal: null }),
    )
    const ready = new Promise<null>((resolve) => {
      this.onMessage(({ kind }) => {
        if (kind !== 'ready') return
        this.#isReady = true
        resolve(null)
      })
    })
    this.readyOrEnded = Promise.race([ready, this.ended])
  }

  get pid(): number | undefined {
    return this.#process.process.pid
  }

  /** Whether it has become ready. It may have ended since. */
  get isReady(): boolean {
    return this.#isReady
  }

  get isReplaced(): boolean {
    return this.#isReplaced
  }

  onMessage(receive: (message: ToPrimary) => void): void {
    this.#process.on('message', (message: unknown) => {
      const parsed = parseToPrimary(message)
      if (parsed !== null) receive(parsed)
    })
  }

  /** Does nothing if the process has ended. */
  send(message: ToWorker): void {
    if (this.#process.isConnected()) this.#process.send(message, () => undefined)
  }

  replace(): void {
    this.#isReplaced = true
    this.send({ kind: 'replaced' })
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.process.kill(signal)
  }
}
