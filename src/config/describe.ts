import { type Variable, variables } from './env.ts'

const tableStart = '<!-- config:start -->'
const tableEnd = '<!-- config:end -->'

/** The table of every variable, as Markdown. */
export function configTable(): string {
  const rows = Object.entries(variables).map(([name, variable]) => row(name, variable))
  return ['| Variable | Default | Meaning |', '| --- | --- | --- |', ...rows].join('\n')
}

/**
 * The same page with a fresh table between its `config:start` and `config:end` marks.
 * @throws when the page does not have both marks.
 */
export function withConfigTable(page: string): string {
  const start = page.indexOf(tableStart)
  const end = page.indexOf(tableEnd)
  if (start === -1 || end < start) throw new Error(`The page wants ${tableStart} and ${tableEnd}.`)
  return `${page.slice(0, start + tableStart.length)}\n\n${configTable()}\n\n${page.slice(end)}`
}

function row(name: string, variable: Variable): string {
  const names = variable.secret === true ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``
  return `| ${names} | ${defaultOf(variable)} | ${variable.sentence} |`
}

function defaultOf({ default: value, unset = '', unit }: Variable): string {
  if (value === undefined) return unset
  if (unit === undefined) return `\`${value}\``
  return unit === 's' ? `\`${value}\`${inWords(Number(value))}` : `\`${value}\` ${unit}`
}

/** Long spans in the unit that people think in. */
function inWords(seconds: number): string {
  if (seconds < 60) return ' s'
  if (seconds < 7200) return ` s (${seconds / 60} min)`
  return seconds < 172_800 ? ` s (${seconds / 3600} h)` : ` s (${seconds / 86_400} d)`
}
