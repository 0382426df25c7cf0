import type { LoadResult } from '../load/messages.ts'
import { median, quantile } from '../load/quantile.ts'
import { lower } from '../report/finding.ts'
import type { Bench } from '../rows/bench.ts'
import { gatehouse } from '../servers/contestants.ts'
import type { Scenario } from './scenario.ts'

const atOnce = 600
const rounds = 3

/** 600 logins at the same time, more than the queue of the password hasher accepts, beside `me` at 200 calls per second. */
export const loginOverload: Scenario = {
  name: 'login-overload',
  async measure(bench) {
    const { url } = await bench.park.server(gatehouse)
    const logins = {
      product: 'gatehouse',
      call: 'login',
      url,
      pattern: { kind: 'loop', callers: atOnce, requests: atOnce },
    } as const
    await bench.load.gather(logins)
    const refused: number[] = []
    const ratios: number[] = []
    let unanswered = 0
    let failed = 0
    await askBeside(bench, url)
    for (let round = 0; round < rounds; round += 1) {
      const idle = await askBeside(bench, url)
      const storm = bench.load.begin(logins)
      const beside = await askBeside(bench, url)
      const result = await storm.result
      console.error(`login-overload: ${result.refused.length} of ${atOnce} were refused`)
      refused.push(...result.refused)
      unanswered += result.unanswered
      failed += idle.refused.length + beside.refused.length
      ratios.push(quantile(beside.latencies, 0.99) / quantile(idle.latencies, 0.99))
    }
    return [
      lower('600 logins at once: a refusal after (median)', median(refused), 'ms', 50, 10, unanswered),
      lower('600 logins at once: p99 of me against idle', median(ratios), '×', 3, null, failed),
    ]
  },
}

function askBeside({ load }: Bench, url: string): Promise<LoadResult> {
  return load.run({
    product: 'gatehouse',
    call: 'me',
    url,
    pattern: { kind: 'rate', callers: 64, perSecond: 200, requests: 600 },
  })
}
