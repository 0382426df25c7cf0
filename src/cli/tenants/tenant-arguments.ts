import type { SettingChanges } from '../../domain/tenants/setting-faults.ts'
import { parseJson } from '../../lib/text/json.ts'

/** The arguments of a command on tenants. */
export interface TenantArguments {
  readonly slug: string
  /** Values of the options that were given, by their names without `--`. */
  readonly options: ReadonlyMap<string, string>
  /** Their names and values are not checked. */
  readonly settings: SettingChanges
  /** `--yes`: a change needs no further confirmation. */
  readonly yes: boolean
}

/** Reads `SLUG [--option VALUE …] [SETTING=VALUE …] [--yes]`. The reason, as a sentence, if they cannot be read. */
export function readTenantArguments(
  [slug, ...others]: readonly string[],
  known: readonly string[],
): TenantArguments | string {
  if (slug === undefined || slug.startsWith('--')) return 'The slug of the tenant is missing.'
  const yes = others.includes('--yes')
  const rest = others.filter((word) => word !== '--yes')
  const options = new Map<string, string>()
  const settings = new Map<string, unknown>()
  for (let place = 0; place < rest.length; place += 1) {
    const word = rest[place] ?? ''
    const option = known.find((name) => word === `--${name}`)
    const value = rest[place + 1]
    if (option === undefined) {
      const fault = readSetting(word, settings)
      if (fault !== null) return fault
    } else {
      if (value === undefined) return `--${option} requires a value.`
      options.set(option, value)
      place += 1
    }
  }
  return { slug, options, settings: Object.fromEntries(settings), yes }
}

function readSetting(word: string, settings: Map<string, unknown>): string | null {
  const separator = word.indexOf('=')
  if (separator < 1) return `${word} is neither an option nor SETTING=VALUE.`
  const name = word.slice(0, separator)
  settings.set(name, readValue(name, word.slice(separator + 1)))
  return null
}

/** JSON, or a text as the API writes it: a level in any case, domains separated by commas. */
function readValue(name: string, text: string): unknown {
  const json = parseJson(text)
  if (json !== null || text === 'null') return json
  if (name !== 'registrationDomains') return text.toLowerCase()
  return text.split(',').filter((domain) => domain.trim() !== '')
}
