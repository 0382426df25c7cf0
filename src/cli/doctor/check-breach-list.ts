import type { Config } from '../../config/config.ts'
import { tryBreachList } from '../../infrastructure/doctor-probes.ts'
import { errorText } from '../../lib/text/error-text.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

const check = 'breach list'

/** Looks up a password that every list contains. */
export async function checkBreachList({
  passwords: { breaches },
}: Pick<Config, 'passwords'>): Promise<Finding> {
  if (breaches === null) return ok(check, 'Off: passwords are compared with the built-in list only.')
  try {
    const found = await tryBreachList(breaches)
    if (found === true) return ok(check, 'Answers.')
    return warning(
      check,
      found === null
        ? 'Does not answer: passwords are not compared with it.'
        : 'Does not know the password "password".',
      breaches.source === 'api'
        ? 'Check the network, or use a file (BREACH_LIST_FILE).'
        : 'Download the list again; it must be sorted by digest.',
    )
  } catch (error) {
    return failure(check, `The file cannot be used: ${errorText(error)}`, 'Check BREACH_LIST_FILE.')
  }
}
