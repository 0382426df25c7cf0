import { daySeconds, hourSeconds, minuteSeconds } from '../lib/time/duration.ts'
import type { Variable, Variables } from './variable.ts'
import { themes } from './variables.ts'

const start = '<!-- config:start -->'
const end = '<!-- config:end -->'

/** Every variable in Markdown: a heading and a table for each theme. */
export function configTables(): string {
  return Object.entries<Variables>(themes)
    .map(([theme, variables]) => `### ${theme}\n\n${tableOf(variables)}`)
    .join('\n\n')
}

/**
 * Returns the page with current tables between its `config:start` and `config:end` marks.
 * @throws if a mark is missing.
 */
export function withConfigTables(page: string): string {
  const from = page.indexOf(start)
  const to = page.indexOf(end)
  if (from === -1 || to < from) throw new Error(`The page must contain ${start} and ${end}.`)
  return `${page.slice(0, from + start.length)}\n\n${configTables()}\n\n${page.slice(to)}`
}

function tableOf(variables: Variables): string {
  const rows = Object.entries(variables).map(([name, variable]) => rowOf(name, variable))
  return ['| Variable | Default | Meaning |', '| --- | --- | --- |', ...rows].join('\n')
}

function rowOf(name: string, variable: Variable): string {
  const names = variable.secret === true ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``
  return `| ${names} | ${defaultOf(variable)} | ${variable.description} |`
}

function defaultOf({ default: value, unset = '', unit }: Variable): string {
  if (value === undefined) return unset
  if (unit === undefined) return `\`${value}\``
  return unit === 's' ? `\`${value}\`${spanOf(Number(value))}` : `\`${value}\` ${unit}`
}

/** The unit, and long spans in minutes, hours or days as well. */
function spanOf(seconds: number): string {
  if (seconds < minuteSeconds) return ' s'
  if (seconds < 2 * hourSeconds) return ` s (${seconds / minuteSeconds} min)`
  return seconds < 2 * daySeconds ? ` s (${seconds / hourSeconds} h)` : ` s (${seconds / daySeconds} d)`
}
