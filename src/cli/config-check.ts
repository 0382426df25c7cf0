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
  parameters: null,
  description:
    'Reports invalid and weak settings of the configuration. Opens no connection and writes no file.',
  async run(terminal) {
    const config = readConfig(terminal.env, { generateSecrets: placeholderSecrets })
    for (const warning of warningsOf(config)) terminal.print(`warning: ${warning}`)
    terminal.print('ok')
    return exitCodes.success
  },
}

function warningsOf(config: Config): readonly string[] {
  const { passwords } = config
  const rules = { ...passwordPresets[passwords.policy], ...passwords.overrides }
  return [
    ...configWarnings(config).map(({ variable, message }) => `${variable} ${message}`),
    ...policyDepartures(rules).map((departure) => `PASSWORD_POLICY ${passwords.policy}: ${departure}`),
  ]
}

/** Replaces the secrets that a start would generate in the data folder. */
function placeholderSecrets(): GeneratedSecrets {
  return { masterKey: new Secret(''), refreshPeppers: [] }
}
