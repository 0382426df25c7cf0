import { tokenAccessRules } from '../app/token-access.ts'
import type { Config } from '../config/config.ts'
import { configWarnings, foreignPasskeysWarning } from '../config/config-warnings.ts'
import { readConfig } from '../config/read-config.ts'
import type { GeneratedSecrets } from '../config/themes/storage/secrets.ts'
import { passwordPresets } from '../domain/passwords/password-rules.ts'
import { policyDepartures } from '../domain/passwords/policy-departures.ts'
import { describePasswordHashing } from '../infrastructure/open-password-hasher.ts'
import { Secret } from '../lib/crypto/secret.ts'
import { errorText } from '../lib/text/error-text.ts'
import { type Command, exitCodes } from './command.ts'

export const configCheck: Command = {
  name: 'config check',
  parameters: null,
  json: true,
  description:
    'Reports invalid and weak settings of the configuration, and whether WEBAUTHN_RP_ID fits the passkeys in the database of DATABASE_URL. Writes no file.',
  async run(terminal) {
    const config = readConfig(terminal.env, { generateSecrets: placeholderSecrets })
    const { warning, state } = await comparePasskeys(config)
    const warnings = [...warningsOf(config), ...(warning === null ? [] : [warning])]
    const passwords = await describePasswordHashing(config)
    const tokenBytes = tokenAccessRules(config).maxBytes
    if (terminal.json) {
      const findings = { warnings, passwords, passkeys: state, tokenBytes }
      terminal.print(JSON.stringify({ ok: true, ...findings }))
      return exitCodes.success
    }
    for (const warning of warnings) terminal.print(`warning: ${warning}`)
    terminal.print(`passwords: ${passwords}`)
    terminal.print(`passkeys: ${state}`)
    terminal.print(`tokens: room for ${tokenBytes} bytes of permissions, roles and mapped claims`)
    terminal.print('ok')
    return exitCodes.success
  },
}

/** The weak settings of a valid configuration, one sentence each. */
export function warningsOf(config: Config): readonly string[] {
  const { passwords } = config
  const rules = { ...passwordPresets[passwords.policy], ...passwords.overrides }
  return [
    ...configWarnings(config).map(({ variable, message }) => `${variable} ${message}`),
    ...policyDepartures(rules).map((departure) => `PASSWORD_POLICY ${passwords.policy}: ${departure}`),
  ]
}

/**
 * Compares the RP id with that of the stored passkeys: those of another one are useless. The embedded database is not opened,
 * because a running service holds it; the service compares at its start.
 */
async function comparePasskeys(config: Config): Promise<{ warning: string | null; state: string }> {
  const { id } = config.webauthn
  if (config.database.url === null)
    return { warning: null, state: `of the RP id ${id}; compared at the start of the service` }
  try {
    const { countForeignPasskeys } = await import('../infrastructure/operator-stores.ts')
    const warning = foreignPasskeysWarning(id, await countForeignPasskeys(config))
    return { warning, state: warning === null ? `all of the RP id ${id}` : `some are not of the RP id ${id}` }
  } catch (error) {
    return { warning: null, state: `not compared with the RP id ${id}: ${errorText(error)}` }
  }
}

/** Replaces the secrets that a start would generate in the data folder. */
export function placeholderSecrets(): GeneratedSecrets {
  return { masterKey: new Secret(''), refreshPeppers: [] }
}
