import { existsSync } from 'node:fs'
import { errorText } from '../lib/text/error-text.ts'
import { ConfigError } from './config-error.ts'
import type { Environment } from './variable.ts'

const defaultFile = '.env'

/**
 * Adds the variables of a file to the environment of this process: the file that ENV_FILE names, or, outside production and
 * tests, `.env` in the working folder if it exists. Variables that are already set keep their value.
 * @throws ConfigError if the file that ENV_FILE names cannot be read
 */
export function loadEnvFile({ ENV_FILE = '', NODE_ENV = '' }: Environment): void {
  const readsDefault = !/^(production|test)$/.test(NODE_ENV) && existsSync(defaultFile)
  if (ENV_FILE !== '') load(ENV_FILE)
  else if (readsDefault) load(defaultFile)
}

function load(file: string): void {
  try {
    process.loadEnvFile(file)
  } catch (error) {
    throw new ConfigError([
      { variable: 'ENV_FILE', message: `${file} cannot be read (${errorText(error)}).` },
    ])
  }
}
