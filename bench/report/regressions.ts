import { readFileSync } from 'node:fs'
import type { CompareResult } from '../rows/comparison.ts'
import type { Finding } from './finding.ts'
import type { Results } from './results.ts'

/** A difference below this share of the earlier figure is noise. */
const tolerance = 0.05

/** Reads earlier results: the JSON file, or the report beside it. */
export function readResults(file: string): Results {
  return JSON.parse(readFileSync(file.replace(/\.md$/, '.json'), 'utf8'))
}

/** One line for each ratio or figure that is more than 5 % worse than earlier. Absolute CPU times are not compared. */
export function regressions(now: Results, earlier: Results): readonly string[] {
  return [
    ...now.comparisons.flatMap((row) => worseRatios(row, earlier)),
    ...now.findings.flatMap((finding) => worseFigure(finding, earlier)),
    ...now.findings.flatMap(({ what, failed }) =>
      failed === 0 ? [] : [`${what}: ${failed} requests failed`],
    ),
    ...now.rows.flatMap(({ name, problem }) => (problem === null ? [] : [`${name}: ${problem}`])),
  ]
}

function worseRatios({ name, contestants }: CompareResult, earlier: Results): readonly string[] {
  const before = earlier.comparisons.find((row) => row.name === name)?.contestants ?? []
  return contestants.flatMap((contestant) => {
    const known = before.find((other) => other.name === contestant.name)
    if (known === undefined) return []
    const what = `${name}: CPU against ${contestant.name}`
    return worseLine(what, contestant.cpuRatio, known.cpuRatio, 'lower')
  })
}

function worseFigure({ what, value, better }: Finding, earlier: Results): readonly string[] {
  const known = earlier.findings.find((finding) => finding.what === what)
  // The ratios of comparisons are listed already.
  if (known === undefined || what.includes('CPU against')) return []
  return worseLine(what, value, known.value, better)
}

function worseLine(what: string, now: number, before: number, better: 'lower' | 'higher'): readonly string[] {
  const worse = better === 'lower' ? now > before * (1 + tolerance) : now < before * (1 - tolerance)
  return worse ? [`${what}: ${now.toPrecision(3)}, earlier ${before.toPrecision(3)}`] : []
}
