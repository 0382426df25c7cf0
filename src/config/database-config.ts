import type { Config } from './config.ts'
import type { Environment } from './env.ts'
import { EnvReader } from './env-reader.ts'
import { path } from './rules.ts'
import { readSecretFile } from './secrets.ts'
import { readDatabase } from './sections.ts'

/**
 * Where the data are, and nothing else: whoever migrates needs no secret of the service.
 * @throws ConfigError with every problem of these variables.
 */
export function readDatabaseConfig(env: Environment): Pick<Config, 'database' | 'dataDir'> {
  const reader = new EnvReader({ env, readSecretFile })
  const config = { database: readDatabase(reader), dataDir: reader.readOrDefault('DATA_DIR', path) }
  reader.finish()
  return config
}
