import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { PrometheusMetrics } from '../../src/adapters/telemetry/prometheus-metrics.ts'
import { counters, gauges, histograms } from '../../src/lib/observation/metrics.ts'
import { dashboardQueries, readDashboards } from '../support/dashboards.ts'
import { parseFigures } from '../support/figures.ts'

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

const folder = 'deploy/monitoring'
const rules = readFileSync(`${folder}/rules.yml`, 'utf8')
const suffixes = ['_bucket', '_count', '_sum']

/** Metrics and labels that Prometheus and prom-client add. */
const foreign = new Set([
  'up',
  'nodejs_eventloop_lag_p99_seconds',
  'process_resident_memory_bytes',
  'process_cpu_seconds_total',
])
const addedLabels = ['job', 'instance', 'le', 'exported_job']
const functions =
  /\b(sum|max|count|rate|increase|histogram_quantile|topk|time|vector|by|and|or|unless|offset)\b/g

const labelsOf = new Map<string, readonly string[]>(
  declared.map(([name, labels = '']) => [`gatehouse_${name}`, labels.split(', ')]),
)

/** The metrics of a query and the labels that it names. */
function readQuery(expr: string) {
  const bare = expr.replaceAll(/"[^"]*"/g, '""').replaceAll(/\[\w+\]/g, '')
  const labels = [...bare.matchAll(/(\w+)=~?""/g), ...bare.matchAll(/by \(([^)]*)\)/g)].flatMap(
    ([, names = '']) => names.split(', '),
  )
  const metrics = bare
    .replaceAll(/by \([^)]*\)/g, '')
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(functions, '')
    .matchAll(/[a-z_][a-z_0-9]{2,}/g)
  return { labels, metrics: [...metrics].map(([name]) => name) }
}

function problemsOf(expr: string): readonly string[] {
  const { labels, metrics } = readQuery(expr)
  const known = metrics.map((name) => {
    const base = suffixes.reduce(
      (text, suffix) => (text.endsWith(`_seconds${suffix}`) ? text.slice(0, -suffix.length) : text),
      name,
    )
    return foreign.has(name) ? [] : (labelsOf.get(base) ?? null)
  })
  const allowed = new Set([...addedLabels, ...known.flatMap((names) => names ?? [])])
  return [
    ...metrics.filter((_, at) => known[at] === null).map((name) => `${name} is not declared: ${expr}`),
    ...labels.filter((label) => !allowed.has(label)).map((label) => `${label} is no label: ${expr}`),
  ]
}

describe('rules and dashboards', () => {
  it('use metrics and labels that the service declares', async () => {
    const exprs = [...rules.matchAll(/expr: '(.*)'/g)].map(([, expr = '']) => expr)
    expect(exprs.length).toBeGreaterThan(20)
    const queries = (await dashboardQueries(folder)).map(({ expr }) => expr)
    expect([...exprs, ...queries].flatMap(problemsOf)).toEqual([])
  })

  it('watch single events whose counters are present before the first one', async () => {
    const { body } = await new PrometheusMetrics().read()
    const present = [...parseFigures(body).keys()]
    const watched = [...rules.matchAll(/increase\((gatehouse_\w+)\{(?!outcome="failed")(\w+)=~?"([^"]+)"\}/g)]
    expect(watched.length).toBeGreaterThan(3)
    for (const [, name, label, values = ''] of watched)
      for (const value of values.split('|')) expect(present).toContain(`${name}{${label}="${value}"}`)
  })

  it('would name a metric and a label that do not exist', () => {
    expect(problemsOf('sum by (feld) (rate(gatehouse_calls_total{outcome="x"}[5m]))')).toHaveLength(1)
    expect(problemsOf('rate(gatehouse_call_total[5m])')).toHaveLength(1)
    expect(problemsOf('gatehouse_calls_seconds_bucket')).toHaveLength(1)
  })

  it('are files that the page of their folder names', () => {
    const named = readFileSync(`${folder}/README.md`, 'utf8')
    for (const file of readdirSync(folder)) if (file !== 'README.md') expect(named).toContain(`\`${file}`)
  })

  it('have a runbook for each alert, uids and descriptions', async () => {
    const alerts = [...rules.matchAll(/alert: (\w+)[\s\S]*?runbook: '(.*)'/g)]
    for (const [, name = '', runbook] of alerts) {
      expect(runbook).toBe(`docs/monitoring.md#${name.toLowerCase()}`)
      expect(page).toContain(`### ${name}\n`)
    }
    const boards = await readDashboards(folder)
    expect(boards.map(({ uid }) => uid).toSorted()).toEqual([
      'gatehouse-dependencies',
      'gatehouse-graphql',
      'gatehouse-overview',
      'gatehouse-sign-in',
    ])
  })
})
