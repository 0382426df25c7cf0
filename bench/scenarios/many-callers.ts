import type { LoadResult } from '../load/messages.ts'
import { quantile } from '../load/quantile.ts'
import { lower } from '../report/finding.ts'
import type { Bench } from '../rows/bench.ts'
import { gatehouse } from '../servers/contestants.ts'
import type { Scenario } from './scenario.ts'

/** Number of requests of each caller. */
const repeats = 4

async function askAtOnce({ park, load }: Bench, callers: number): Promise<LoadResult> {
  const { url } = await park.server(gatehouse)
  const requests = callers * repeats
  const order = {
    product: 'gatehouse',
    call: 'me',
    url,
    pattern: { kind: 'loop', callers, requests },
  } as const
  await load.gather(order)
  const result = await load.run(order)
  if (result.refusal !== null) console.error(`${result.refused.length} of ${requests}: ${result.refusal}`)
  return result
}

/** Many callers of `me` with valid tokens at the same time, each with a connection. */
export const manyCallers: Scenario = {
  name: 'many-callers',
  async measure(bench) {
    const few = await askAtOnce(bench, 256)
    const many = await askAtOnce(bench, 1000)
    return [
      lower('256 callers of me at once: refused', few.refused.length, 'calls', 0, 0),
      lower('1 000 callers of me at once: refused', many.refused.length, 'calls', 0, 0),
      lower(
        '1 000 callers of me at once: p99',
        quantile(many.latencies, 0.99),
        'ms',
        null,
        300,
        many.refused.length,
      ),
    ]
  },
}
