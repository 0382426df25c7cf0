import { setTimeout as sleep } from 'node:timers/promises'
import { lower } from '../report/finding.ts'
import { gatehouse } from '../servers/contestants.ts'
import type { Scenario } from './scenario.ts'

const mebibyte = 1024 * 1024
const settleMs = 5_000
/** A process of its own, because other rows would count. */
const fresh = { ...gatehouse, name: 'Gatehouse, memory' }

/** Resident memory of a process that has just started, and after many callers and many logins. */
export const memory: Scenario = {
  name: 'memory',
  async measure({ park, load, scale }) {
    const server = await park.server(fresh)
    await sleep(settleMs)
    const idle = (await server.memory()).rss / mebibyte
    const send = (call: string, callers: number, requests: number) =>
      load.run({ product: 'gatehouse', call, url: server.url, pattern: { kind: 'loop', callers, requests } })
    const first = await send('me', 256, Math.round(10_000 * scale))
    const logins = await send('login', 600, 600)
    const second = await send('me', 1000, Math.round(10_000 * scale))
    // Most logins are refused, because their number exceeds the queue.
    const failed = first.refused.length + logins.unanswered + second.refused.length
    await sleep(settleMs)
    const after = (await server.memory()).rss / mebibyte
    return [
      lower('resident memory, idle', idle, 'MiB', 200, 150),
      lower('resident memory, after a storm', after, 'MiB', 280, 220, failed),
    ]
  },
}
