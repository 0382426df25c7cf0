import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../lib/observation/logger.ts'
import { CrashRule } from './crash-rule.ts'
import { GroupMember, type WorkerProcess } from './group-member.ts'
import type { GroupReports } from './group-reports.ts'

export interface WorkerGroupDeps {
  readonly workers: number
  readonly logger: Logger
  /** Starts the process of a worker. */
  readonly fork: (worker: number) => WorkerProcess
  readonly reports: GroupReports
  /** A worker that has not stopped by then is killed. */
  readonly maxStopMs: number
  /** A worker that is not ready by then is killed. The first one may take longer, because it migrates. */
  readonly maxStartMs: number
  /** The group cannot go on. */
  readonly onFailure: (code: number) => void
}

/** The workers of one port: starts them, replaces those that crash, restarts them one by one, and stops them. */
export class WorkerGroup {
  readonly #deps: WorkerGroupDeps
  readonly #crashes: CrashRule
  readonly #members = new Set<GroupMember>()
  #phase: 'starting' | 'serving' | 'restarting' | 'stopping' = 'starting'

  constructor(deps: WorkerGroupDeps) {
    this.#deps = deps
    this.#crashes = new CrashRule(deps.workers)
  }

  /** The first worker migrates, creates keys and reports what is wrong. The others follow when it is ready. */
  async start(): Promise<void> {
    const first = this.#open(1)
    const end = await first.readyOrEnded
    if (this.#phase !== 'starting') return
    if (end !== null) return this.#deps.onFailure(end.code ?? 1)
    this.#phase = 'serving'
    for (let worker = 2; worker <= this.#deps.workers; worker += 1) void this.#becameReady(this.#open(worker))
  }

  /** Replaces the workers one by one. Each one ends when its successor is ready; if one does not become ready, the rest stay. */
  async restart(): Promise<void> {
    const { logger } = this.#deps
    if (this.#phase !== 'serving')
      return logger.warn({ phase: this.#phase }, 'The workers are not replaced at present')
    this.#phase = 'restarting'
    logger.notice({}, 'The workers are replaced one by one')
    for (const member of [...this.#members]) {
      // One that has crashed meanwhile is reopened already.
      if (!member.isReady || !this.#members.has(member)) continue
      const next = this.#open(member.worker)
      const isReady = await this.#becameReady(next)
      if (this.#phase !== 'restarting') return
      if (!isReady) {
        logger.error({ worker: member.worker }, 'The new worker did not become ready; the others continue')
        break
      }
      member.replace()
      this.#announce()
      await this.#ended(member)
    }
    if (this.#phase === 'restarting') this.#phase = 'serving'
  }

  /** Stops all workers at the same time. Returns whether all have stopped cleanly. */
  async stop(): Promise<boolean> {
    this.#phase = 'stopping'
    const ends = [...this.#members].map((member) => {
      // One that is still starting has nothing to finish.
      const isClean = !member.isReady
      member.kill('SIGTERM')
      return this.#ended(member).then(({ code }) => isClean || code === 0)
    })
    return (await Promise.all(ends)).every((clean) => clean)
  }

  #open(worker: number): GroupMember {
    const { fork, logger, reports } = this.#deps
    const member = new GroupMember(worker, fork(worker))
    this.#members.add(member)
    reports.add(member)
    member.readyOrEnded.then((end) => {
      if (end !== null) return
      this.#announce()
      logger.info({ worker, pid: member.pid, ready: this.#ready }, 'a worker is ready')
    })
    member.ended.then((end) => {
      this.#members.delete(member)
      reports.remove(member)
      this.#announce()
      if (this.#phase !== 'starting' && this.#phase !== 'stopping' && !this.#isServed(worker))
        void this.#reopen(member, end)
    })
    return member
  }

  /** Whether another worker has this number, so that none is missing. */
  #isServed(worker: number): boolean {
    return [...this.#members].some((member) => member.worker === worker && !member.isReplaced)
  }

  async #reopen({ worker, pid }: GroupMember, end: object): Promise<void> {
    const { logger, onFailure } = this.#deps
    const pauseMs = this.#crashes.pauseAfterCrash(performance.now())
    if (pauseMs === null) {
      logger.error({ worker, pid, ...end }, 'Workers crash again and again; the group ends')
      await this.stop()
      return onFailure(1)
    }
    logger.error({ worker, pid, ...end, pauseMs }, 'a worker has ended unexpectedly; it is replaced')
    await sleep(pauseMs)
    if (this.#phase !== 'stopping' && !this.#isServed(worker)) await this.#becameReady(this.#open(worker))
  }

  /** Whether a worker that was opened becomes ready. One that takes too long is killed, and so replaced. */
  async #becameReady(member: GroupMember): Promise<boolean> {
    const { logger, maxStartMs } = this.#deps
    const inTime = await Promise.race([member.readyOrEnded.then(() => true), late(maxStartMs)])
    if (!inTime) {
      logger.error(
        { worker: member.worker, pid: member.pid, maxStartMs },
        'a worker was not ready in time; it is killed',
      )
      member.kill('SIGKILL')
    }
    return member.isReady
  }

  async #ended(member: GroupMember) {
    const stopped = await Promise.race([member.ended.then(() => true), late(this.#deps.maxStopMs)])
    if (!stopped) member.kill('SIGKILL')
    return member.ended
  }

  get #ready(): number {
    return [...this.#members].filter((member) => member.isReady && !member.isReplaced).length
  }

  #announce(): void {
    const ready = this.#ready
    for (const member of this.#members) member.send({ kind: 'ready-workers', ready })
  }
}

/** Keeps no process alive. */
function late(ms: number): Promise<false> {
  return sleep(ms, false, { ref: false })
}
