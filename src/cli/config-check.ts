import { readConfig } from '../config/config.ts'
import type { GeneratedSecrets } from '../config/secrets.ts'
import { configWarnings } from '../config/warnings.ts'
import { Secret } from '../lib/secret.ts'
import { type Command, exitCodes } from './command.ts'

export const configCheck: Command = {
  name: 'config check',
  takes: null,
  sentence: 'Says what is wrong or weak in the configuration. Opens nothing and writes nothing.',
  async run(terminal) {
    const config = readConfig(terminal.env, { generateSecrets: standIns })
    for (const { variable, sentence } of configWarnings(config))
      terminal.print(`warning: ${variable} ${sentence}`)
    terminal.print('ok')
    return exitCodes.done
  },
}

/** Instead of the secrets that a start would make in the data folder. */
function standIns(): GeneratedSecrets {
  return { masterKey: new Secret(''), refreshPeppers: [] }
}
