import type { LoadResult } from '../load/messages.ts'
import { median, quantile } from '../load/quantile.ts'
import { higher, lower } from '../report/finding.ts'
import type { Bench } from '../rows/bench.ts'
import { gatehouse } from '../servers/contestants.ts'
import type { Scenario } from './scenario.ts'

const perSecond = 200
const meCallers = 64
const stormCallers = 16

/** `me` at a fixed rate, without logins and beside 16 connections that log in, in turn. */
export const loginStorm: Scenario = {
  name: 'login-storm',
  async measure(bench) {
    const { url } = await bench.park.server(gatehouse)
    const logins = {
      product: 'gatehouse',
      call: 'login',
      url,
      pattern: { kind: 'loop', callers: stormCallers, requests: null },
    } as const
    await bench.load.gather(logins)
    await askSteadily(bench, url)
    const rounds: { readonly idle: LoadResult; readonly busy: LoadResult }[] = []
    for (let round = 0; round < bench.rounds; round += 1) {
      console.error(`login-storm: round ${round + 1} of ${bench.rounds}`)
      const idle = await askSteadily(bench, url)
      const storm = bench.load.begin(logins)
      const busy = await askSteadily(bench, url)
      await storm.end()
      rounds.push({ idle, busy })
    }
    const ratio = (share: number) =>
      median(
        rounds.map(({ idle, busy }) => quantile(busy.latencies, share) / quantile(idle.latencies, share)),
      )
    const kept = median(
      rounds.map(
        ({ busy }) =>
          (busy.latencies.length / (busy.latencies.length + busy.refused.length)) *
          Math.min(1, plannedSeconds(busy) / busy.seconds),
      ),
    )
    const failed = rounds.reduce((sum, { idle, busy }) => sum + idle.refused.length + busy.refused.length, 0)
    return [
      lower('me at 200/s during a login storm: p50 against idle', ratio(0.5), '×', 2, 1.3, failed),
      lower('me at 200/s during a login storm: p99 against idle', ratio(0.99), '×', 3, 1.8, failed),
      higher('me at 200/s during a login storm: kept', kept * 100, '%', 99, 100),
    ]
  },
}

/** A second of pause is allowed: the last answers of a stretch arrive after it. */
const plannedSeconds = ({ latencies, refused }: LoadResult) =>
  (latencies.length + refused.length) / perSecond + 1

function askSteadily({ load, scale }: Bench, url: string): Promise<LoadResult> {
  const requests = Math.round(1000 * Math.max(0.5, scale))
  return load.run({
    product: 'gatehouse',
    call: 'me',
    url,
    pattern: { kind: 'rate', callers: meCallers, perSecond, requests },
  })
}
