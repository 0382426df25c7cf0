import type { Config } from '../config/config.ts'
import { configWarnings } from '../config/config-warnings.ts'
import { readConfig } from '../config/read-config.ts'
import type { GeneratedSecrets } from '../config/themes/secrets.ts'
import { passwordPresets } from '../domain/passwords/password-rules.ts'
import { policyDepartures } from '../domain/passwords/policy-departures.ts'
import { Secret } from '../lib/secret.ts'
import { type Command, exitCodes } from './command.ts'

export const configCheck: Command = {
  name: 'config check',
  takes: null,
  sentence: 'Says what is wrong or weak in the configuration. Opens nothing and writes nothing.',
  async run(terminal) {
    const config = readConfig(terminal.env, { generateSecrets: standIns })
    for (const warning of warningsOf(config)) terminal.print(`warning: ${warning}`)
    terminal.print('ok')
    return exitCodes.done
  },
}

function warningsOf(config: Config): readonly string[] {
  const { passwords } = config
  const rules = { ...passwordPresets[passwords.policy], ...passwords.overrides }
  return [
    ...configWarnings(config).map(({ variable, message }) => `${variable} ${message}`),
    ...policyDepartures(rules).map((sentence) => `PASSWORD_POLICY ${passwords.policy}: ${sentence}`),
  ]
}

/** Instead of the secrets that a start would make in the data folder. */
function standIns(): GeneratedSecrets {
  return { masterKey: new Secret(''), refreshPeppers: [] }
}
