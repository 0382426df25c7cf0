import type { Options } from './options.ts'
import { installPeers } from './peers/install-peers.ts'
import { comparedFindings } from './report/compared-findings.ts'
import { describeCommit, describeMachine } from './report/machine.ts'
import { readResults, regressions } from './report/regressions.ts'
import type { Results } from './report/results.ts'
import { reportText } from './report/tables.ts'
import { writeResults } from './report/write-results.ts'
import { compare } from './rows/compare.ts'
import type { Comparison } from './rows/comparison.ts'
import { comparisons } from './rows/comparisons.ts'
import { type Row, runRows } from './rows/run-rows.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { scenarios } from './scenarios/scenarios.ts'
import type { Contestant } from './servers/contestants.ts'
import type { Backends } from './servers/server-park.ts'

const installedPeers = 'bench/peers/installed/'

/** Measures the rows, prints the report, writes it, and compares it with an earlier one. Returns the exit code. */
export async function measure(options: Options, backends: Backends): Promise<number> {
  const earlier = options.compare === null ? null : readResults(options.compare)
  const { rounds, scale } = options
  const started = {
    startedAt: new Date().toISOString(),
    commit: describeCommit(),
    machine: describeMachine(),
  }
  const measured = await runRows(chosenRows(options), { backends, rounds, scale })
  const results: Results = { ...started, rounds, scale, ...measured }
  console.log(reportText(results))
  if (options.write) console.log(`Written to ${writeResults(results)}`)
  const isComplete = results.rows.every(({ problem }) => problem === null)
  return (earlier === null ? 0 : reportRegressions(results, earlier)) || (isComplete ? 0 : 1)
}

/** The rows that the command line names, or all of them. */
function chosenRows({ only }: Options): readonly Row[] {
  const isChosen = ({ name }: { readonly name: string }) => only?.includes(name) ?? true
  return [
    ...withoutMissing(comparisons.filter(isChosen)).map(comparisonRow),
    ...scenarios.filter(isChosen).map(scenarioRow),
  ]
}

function comparisonRow(row: Comparison): Row {
  const { name } = row
  return {
    name,
    async measure(bench) {
      const result = await compare(bench, row)
      return { comparisons: [result], findings: comparedFindings(result) }
    },
  }
}

function scenarioRow({ name, measure }: Scenario): Row {
  return {
    name,
    async measure(bench) {
      return { comparisons: [], findings: await measure(bench) }
    },
  }
}

/** The rows without the peers that cannot be installed. */
function withoutMissing(rows: readonly Comparison[]): readonly Comparison[] {
  const isInstalled = ({ program }: Contestant) => program.startsWith(installedPeers)
  if (!rows.some(({ contestants }) => contestants.some(isInstalled)) || installPeers()) return rows
  return rows.map((row) => ({ ...row, contestants: row.contestants.filter((one) => !isInstalled(one)) }))
}

function reportRegressions(results: Results, earlier: Results): number {
  const worse = regressions(results, earlier)
  console.log(
    worse.length === 0 ? 'Nothing is more than 5 % worse.' : `More than 5 % worse:\n${worse.join('\n')}`,
  )
  return worse.length === 0 ? 0 : 1
}
