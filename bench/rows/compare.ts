import type { LoadResult } from '../load/messages.ts'
import { median, quantile } from '../load/quantile.ts'
import { type Contestant, hashConcurrency } from '../servers/contestants.ts'
import { cpuBetween } from '../servers/server-process.ts'
import type { Bench } from './bench.ts'
import type { CompareResult, Comparison, Figures } from './comparison.ts'

/** One contestant in one round. */
interface Sample extends LoadResult {
  /** CPU of the server for one request, in microseconds. */
  readonly cpuMicros: number
  readonly mainMicros: number
  readonly perSecond: number
}

/** Measures the contestants in turn, round by round, so that other load on the machine affects all of them. */
export async function compare(bench: Bench, row: Comparison): Promise<CompareResult> {
  const requests = Math.max(row.callers, Math.round(row.requests * bench.scale))
  const warmUp = Math.max(requests, row.warmUp)
  const samples: Sample[][] = row.contestants.map(() => [])
  for (const contestant of row.contestants) await measure(bench, row, contestant, warmUp)
  for (let round = 0; round < bench.rounds; round += 1) {
    console.error(`${row.name}: round ${round + 1} of ${bench.rounds}`)
    for (const [index, contestant] of row.contestants.entries())
      samples[index]?.push(await measure(bench, row, contestant, requests))
  }
  const [ours = []] = samples
  return {
    name: row.name,
    title: row.title,
    contestants: row.contestants.map(({ name }, index) => {
      const theirs = samples[index] ?? []
      return {
        name,
        ...figuresOf(theirs),
        cpuRatio: ratioOf(ours, theirs, 'cpuMicros'),
        rateRatio: ratioOf(ours, theirs, 'perSecond'),
      }
    }),
  }
}

/** One stretch of requests to one contestant. The first stretch of a contestant also signs its callers in. */
async function measure(
  { park, load }: Bench,
  { call, callers }: Comparison,
  contestant: Contestant,
  requests: number,
): Promise<Sample> {
  const { product, work } = contestant
  const server = await park.server(contestant)
  const before = await server.cpu()
  const result =
    work === undefined
      ? await load.run({
          product: product ?? '',
          call,
          url: server.url,
          pattern: { kind: 'loop', callers, requests },
        })
      : await server.work({ work, calls: requests, atOnce: work === 'hash' ? hashConcurrency : callers })
  const cpu = cpuBetween(before, await server.cpu())
  const failed = result.refused.length + result.unanswered
  if (failed > 0)
    console.error(`${contestant.name}: ${failed} of ${requests} failed, for example: ${result.refusal}`)
  return {
    ...result,
    cpuMicros: cpu.all / requests,
    mainMicros: cpu.main / requests,
    perSecond: requests / result.seconds,
  }
}

function figuresOf(samples: readonly Sample[]): Figures {
  const medianOf = (read: (sample: Sample) => number) => median(samples.map(read))
  return {
    cpuMicros: medianOf(({ cpuMicros }) => cpuMicros),
    mainMicros: medianOf(({ mainMicros }) => mainMicros),
    perSecond: medianOf(({ perSecond }) => perSecond),
    p50: medianOf(({ latencies }) => quantile(latencies, 0.5)),
    p95: medianOf(({ latencies }) => quantile(latencies, 0.95)),
    p99: medianOf(({ latencies }) => quantile(latencies, 0.99)),
    failed: samples.reduce((total, { refused }) => total + refused.length, 0),
  }
}

/** The median of the ratios of single rounds, because load on the machine changes between rounds. */
function ratioOf(
  ours: readonly Sample[],
  theirs: readonly Sample[],
  figure: 'cpuMicros' | 'perSecond',
): number {
  return median(ours.map((sample, round) => sample[figure] / (theirs[round]?.[figure] ?? Number.NaN)))
}
