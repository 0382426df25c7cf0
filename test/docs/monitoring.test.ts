import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { counters, gauges, histograms } from '../../src/lib/observation/metrics.ts'

const page = readFileSync('docs/monitoring.md', 'utf8')

/** The rows of the tables of metrics: names without the prefix, and labels. */
const documented = [...page.matchAll(/^\| `([a-z_]+)` \| ((?:`[a-z]+`(?:, )?)*) ?\|/gm)].map(
  ([, name, labels = '']) => [name, labels.replaceAll('`', '')],
)

const declared = [
  ...Object.entries(counters).map(([name, { labels }]) => [`${name}_total`, labels.join(', ')]),
  ...Object.entries(histograms).map(([name, { labels }]) => [`${name}_seconds`, labels.join(', ')]),
  ...Object.entries(gauges).map(([name, { labels }]) => [name, labels.join(', ')]),
]

describe('the tables of metrics', () => {
  it('have each metric with its labels, and no other', () => {
    const sorted = (rows: readonly unknown[]) => rows.map(String).toSorted()
    expect(sorted(documented)).toEqual(sorted(declared))
  })
})
