import type { Variable, Variables } from './variable.ts'
import { themes } from './variables.ts'

const head = [
  '# Every environment variable of Gatehouse with its default, from the table in docs/configuration.md (npm run derive).',
  '# Copy this file to .env, which the service reads at start outside production, and remove the # of what you change.',
  '# In production a file is read only if ENV_FILE names it. The environment always takes precedence.',
].join('\n')

/** The text of .env.example: every variable as a comment, so that a copy of the file changes nothing. */
export function envExample(): string {
  const parts = Object.entries<Variables>(themes).map(([theme, variables]) => {
    const entries = Object.entries(variables).map(([name, variable]) => entryOf(name, variable))
    return `# --- ${theme} ---\n\n${entries.join('\n\n')}`
  })
  return `${[head, ...parts].join('\n\n')}\n`
}

function entryOf(name: string, { default: value, unset, unit, description, secret }: Variable): string {
  const notes = [
    description.replaceAll('`', ''),
    ...(unit === undefined ? [] : [`Unit: ${unit}.`]),
    ...(unset === undefined ? [] : [`Default: ${unset.replaceAll('`', '')}.`]),
    ...(secret === true ? [`Or the file that ${name}_FILE names.`] : []),
  ]
  return `# ${notes.join(' ')}\n# ${name}=${value === undefined ? '' : quoted(value)}`
}

/** Values with blanks or quotes are quoted as Node's reader of these files requires. */
function quoted(value: string): string {
  return /^[\w./:@,+-]*$/.test(value) ? value : `'${value}'`
}
