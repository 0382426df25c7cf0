import { LoadGenerator } from '../load/load-generator.ts'
import type { Results, RowRun } from '../report/results.ts'
import { type Backends, ServerPark } from '../servers/server-park.ts'
import type { Bench } from './bench.ts'

export type RowResults = Pick<Results, 'comparisons' | 'findings'>

/** A row of the report. */
export interface Row {
  /** Name on the command line. */
  readonly name: string
  measure(bench: Bench): Promise<RowResults>
}

/** Bounds of a run, so that it ends also if a server hangs: of one row, and of all. On a quiet machine they are far away. */
const rowSeconds = 600
const runSeconds = 3600

interface RowsOptions {
  readonly backends: Backends
  readonly rounds: number
  readonly scale: number
}

/** Measures the rows in order. A row that fails or takes too long is reported; the next one begins with new servers. */
export async function runRows(
  rows: readonly Row[],
  options: RowsOptions,
): Promise<RowResults & { readonly rows: readonly RowRun[] }> {
  const since = performance.now()
  const runs: RowRun[] = []
  const results: RowResults[] = []
  let bench = openBench(options)
  try {
    for (const row of rows) {
      console.error(row.name)
      const startedAt = performance.now()
      const leftSeconds = Math.min(rowSeconds, runSeconds - (startedAt - since) / 1000)
      const result = await withinLimit(row.measure(bench), leftSeconds)
      const problem = result instanceof Error ? result.message : null
      runs.push({ name: row.name, seconds: (performance.now() - startedAt) / 1000, problem })
      if (!(result instanceof Error)) results.push(result)
      else {
        console.error(`${row.name}: ${result.message}`)
        await closeBench(bench)
        bench = openBench(options)
      }
    }
  } finally {
    await closeBench(bench)
  }
  return {
    rows: runs,
    comparisons: results.flatMap(({ comparisons }) => comparisons),
    findings: results.flatMap(({ findings }) => findings),
  }
}

function openBench({ backends, rounds, scale }: RowsOptions): Bench {
  return { backends, park: new ServerPark(backends), load: new LoadGenerator(), rounds, scale }
}

async function closeBench({ load, park }: Bench): Promise<void> {
  load.stop()
  await park.close()
}

/** The result, or why there is none. */
async function withinLimit<T>(work: Promise<T>, seconds: number): Promise<T | Error> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<Error>((resolve) => {
    const text = seconds > 0 ? `It took more than ${seconds.toFixed(0)} s.` : 'The run has reached its limit.'
    timer = setTimeout(() => resolve(new Error(text)), Math.max(0, seconds) * 1000)
  })
  const failed = (error: unknown) => (error instanceof Error ? error : new Error(String(error)))
  return Promise.race([work.catch(failed), limit]).finally(() => clearTimeout(timer))
}
