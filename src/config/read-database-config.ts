import type { Config } from './config.ts'
import { createEnvReader } from './env-reader.ts'
import { readSecretFile } from './secret-file.ts'
import { databaseVariables, readDatabase } from './themes/database.ts'
import { readDataDir, runtimeVariables } from './themes/runtime.ts'
import type { Environment } from './variable.ts'

/**
 * Reads only where the data is stored: a migration needs no secret of the service.
 * @throws ConfigError with every problem of these variables.
 */
export function readDatabaseConfig(env: Environment): Pick<Config, 'database' | 'dataDir'> {
  const variables = { ...databaseVariables, ...runtimeVariables }
  const reader = createEnvReader({ variables, env, readFile: readSecretFile })
  const config = { database: readDatabase(reader), dataDir: readDataDir(reader) }
  reader.finish()
  return config
}
