import { type Variable, variables } from './env.ts'

const START = '<!-- config:start -->'
const END = '<!-- config:end -->'

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
  const start = page.indexOf(START)
  const end = page.indexOf(END)
  if (start === -1 || end < start) throw new Error(`The page wants ${START} and ${END}.`)
  return `${page.slice(0, start + START.length)}\n\n${configTable()}\n\n${page.slice(end)}`
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
