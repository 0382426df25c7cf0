import type { ComparedContestant, CompareResult } from '../rows/comparison.ts'
import { type Finding, verdictOf } from './finding.ts'
import type { Results, RowRun } from './results.ts'

/** Three significant digits. */
function digits(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toPrecision(3)
}

function line(contestant: ComparedContestant): string {
  const { name, cpuMicros, mainMicros, perSecond, p50, p95, p99, failed, cpuRatio, rateRatio } = contestant
  const cells = [
    name,
    digits(cpuMicros),
    digits(mainMicros),
    `${digits(cpuRatio)}×`,
    digits(perSecond),
    `${digits(rateRatio)}×`,
    digits(p50),
    digits(p95),
    digits(p99),
    String(failed),
  ]
  return `| ${cells.join(' | ')} |`
}

/** One table for each call. A ratio is the figure of Gatehouse over the figure of the line. */
function compareTable({ name, title, contestants }: CompareResult): string {
  return [
    `### ${name}: ${title}`,
    '',
    '| | CPU µs | main thread µs | CPU ratio | per second | rate ratio | p50 ms | p95 ms | p99 ms | failed |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...contestants.map(line),
    '',
  ].join('\n')
}

function reachedText(finding: Finding): string {
  const verdict = verdictOf(finding)
  return verdict === 'requests failed' ? `not counted: ${finding.failed} requests failed` : verdict
}

function goalLine(finding: Finding): string {
  const { what, value, unit, must, aim } = finding
  const goal = (bound: number | null) => (bound === null ? '' : `${bound} ${unit}`)
  return `| ${what} | ${digits(value)} ${unit} | ${goal(must)} | ${goal(aim)} | ${reachedText(finding)} |`
}

/** How long the run took, and which rows have no result. */
function rowLines(rows: readonly RowRun[]): readonly string[] {
  const total = rows.reduce((sum, { seconds }) => sum + seconds, 0)
  const lasted = rows.map(({ name, seconds }) => `${name} ${seconds.toFixed(0)}`).join(', ')
  const problems = rows.flatMap(({ name, problem }) =>
    problem === null ? [] : [`- \`${name}\`: ${problem}`],
  )
  return [
    '## Duration',
    '',
    `${total.toFixed(0)} s. Rows, in seconds: ${lasted}.`,
    '',
    ...(problems.length === 0 ? [] : ['Not measured:', '', ...problems, '']),
  ]
}

/** The whole report. */
export function reportText(results: Results): string {
  const { startedAt, commit, machine, rounds, scale, rows, comparisons, findings } = results
  return [
    `# Measurements of ${startedAt.slice(0, 10)}`,
    '',
    `Commit ${commit}. ${machine}. ${rounds} rounds, ${scale * 100} % of the requests. How to read it: [README.md](../README.md).`,
    '',
    ...(findings.length === 0
      ? []
      : [
          '## Goals',
          '',
          '| | measured | must | aim | reached |',
          '| --- | --- | --- | --- | --- |',
          ...findings.map(goalLine),
          '',
        ]),
    ...rowLines(rows),
    ...(comparisons.length === 0 ? [] : ['## Comparisons', '', ...comparisons.map(compareTable)]),
  ].join('\n')
}
