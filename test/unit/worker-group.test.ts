import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import type { WorkerProcess } from '../../src/process/group-member.ts'
import type { ToWorker } from '../../src/process/group-messages.ts'
import { GroupReports } from '../../src/process/group-reports.ts'
import { WorkerGroup } from '../../src/process/worker-group.ts'
import { eventually } from '../support/eventually.ts'

/** A process that begins and ends when the test says so. */
class FakeWorker extends EventEmitter implements WorkerProcess {
  readonly process = { kill: () => this.end() }
  isAlive = true

  isConnected(): boolean {
    return this.isAlive
  }

  send({ kind }: ToWorker): void {
    if (kind === 'replaced') this.end()
  }

  becomeReady(): void {
    this.emit('message', { kind: 'ready' })
  }

  end({ reportsDisconnect = true } = {}): void {
    if (!this.isAlive) return
    this.isAlive = false
    this.emit('exit', 1, null)
    if (reportsDisconnect) this.emit('disconnect')
  }
}

/** A group of two ready workers, and all processes that it has started. With `hangs`, all become ready at once but that one. */
async function startGroup({ maxStartMs = 60_000, hangs = 0 } = {}) {
  const started: { worker: number; process: FakeWorker }[] = []
  const group = new WorkerGroup({
    workers: 2,
    logger: silentLogger,
    reports: new GroupReports({
      addEnded: async () => undefined,
      read: async () => ({ contentType: '', body: '' }),
    }),
    fork: (worker) => {
      const process = new FakeWorker()
      started.push({ worker, process })
      if (hangs > 0 && started.length !== hangs) queueMicrotask(() => process.becomeReady())
      return process
    },
    maxStopMs: 1000,
    maxStartMs,
    onFailure: () => undefined,
  })
  const nextOf = async (count: number) => {
    await eventually(() => expect(started).toHaveLength(count), { everyMs: 5 })
    const next = started.at(-1)
    if (next === undefined) throw new Error('No process was started.')
    return next.process
  }
  const running = group.start()
  ;(await nextOf(1)).becomeReady()
  await running
  const second = await nextOf(2)
  second.becomeReady()
  const alive = () => started.filter(({ process }) => process.isAlive).map(({ worker }) => worker)
  return { group, second, nextOf, alive }
}

describe('a group of workers', () => {
  it('replaces a worker whose connection reports no end', async () => {
    const { group, second, nextOf, alive } = await startGroup()
    second.end({ reportsDisconnect: false })
    await nextOf(3)
    expect(alive().toSorted()).toEqual([1, 2])
    await group.stop()
  })

  it('replaces a worker once that crashes while another one is replaced', async () => {
    const { group, second, nextOf, alive } = await startGroup()
    const restarting = group.restart()
    const successorOfFirst = await nextOf(3)
    second.end()
    ;(await nextOf(4)).becomeReady()
    successorOfFirst.becomeReady()
    await restarting
    expect(alive().toSorted()).toEqual([1, 2])
    await group.stop()
  })

  it('kills and replaces a worker that never becomes ready', async () => {
    const { group, second, nextOf, alive } = await startGroup({ maxStartMs: 20, hangs: 3 })
    second.end()
    const hung = await nextOf(3)
    await nextOf(4)
    expect(hung.isAlive).toBe(false)
    expect(alive().toSorted()).toEqual([1, 2])
    await group.stop()
  })
})
