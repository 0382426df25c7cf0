import type { SummedMetrics } from '../infrastructure/open-group-metrics.ts'
import type { MetricsReport, MetricsSnapshot, MetricsText } from '../lib/observation/metrics.ts'
import type { GroupMember } from './group-member.ts'

/** A worker that does not answer by then is left out: its event loop is busy, or it is ending. */
const maxWaitMs = 2_000

/** Collects the metrics of all workers, for the port of the metrics and for workers that are asked for them. */
export class GroupReports implements MetricsReport {
  readonly #sums: SummedMetrics
  /** The last snapshot of each running worker: what it has counted if it crashes. */
  readonly #members = new Map<GroupMember, MetricsSnapshot>()
  readonly #waiting = new Map<number, (snapshot: MetricsSnapshot) => void>()
  #lastId = 0

  constructor(sums: SummedMetrics) {
    this.#sums = sums
  }

  add(member: GroupMember): void {
    this.#members.set(member, [])
    member.onMessage((message) => {
      if (message.kind === 'metrics') this.#waiting.get(message.id)?.(message.snapshot)
      else if (message.kind === 'last-metrics') this.#members.set(member, message.snapshot)
      else if (message.kind === 'read-metrics-of-all') void this.#answer(member, message.id)
    })
  }

  remove(member: GroupMember): void {
    const last = this.#members.get(member) ?? []
    this.#members.delete(member)
    void this.#sums.addEnded(last)
  }

  async read(): Promise<MetricsText> {
    const ready = [...this.#members.keys()].filter(({ isReady }) => isReady)
    await Promise.all(ready.map((member) => this.#ask(member)))
    return this.#sums.read([...this.#members.values()])
  }

  async #answer(member: GroupMember, id: number): Promise<void> {
    const text = await this.read().catch(() => null)
    member.send({ kind: 'metrics-of-all', id, text })
  }

  /** Stores its snapshot. Without an answer the last one counts. */
  async #ask(member: GroupMember): Promise<void> {
    this.#lastId += 1
    const id = this.#lastId
    const snapshot = await new Promise<MetricsSnapshot | null>((resolve) => {
      const timer = setTimeout(() => resolve(null), maxWaitMs)
      this.#waiting.set(id, (given) => {
        clearTimeout(timer)
        resolve(given)
      })
      member.send({ kind: 'send-metrics', id })
    })
    this.#waiting.delete(id)
    if (snapshot !== null && this.#members.has(member)) this.#members.set(member, snapshot)
  }
}
