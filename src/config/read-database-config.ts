import type { Config } from './config.ts'
import { createEnvReader } from './env-reader.ts'
import { readSecretFile } from './secret-file.ts'
import { type AuditConfig, auditVariables, readAuditLogged } from './themes/operations/audit.ts'
import { readDataDir, runtimeVariables } from './themes/service/runtime.ts'
import { databaseVariables, readDatabase } from './themes/storage/database.ts'
import type { Environment } from './variable.ts'

type DatabaseConfig = Pick<Config, 'database' | 'dataDir'>
type StoresConfig = DatabaseConfig & { readonly audit: Pick<AuditConfig, 'logged'> }

/**
 * Reads only where the data is stored: a migration needs no secret of the service.
 * @throws ConfigError with every problem of these variables.
 */
export function readDatabaseConfig(env: Environment): DatabaseConfig {
  const reader = createEnvReader({
    variables: { ...databaseVariables, ...runtimeVariables },
    env,
    readFile: readSecretFile,
  })
  const config = { database: readDatabase(reader), dataDir: readDataDir(reader) }
  reader.finish()
  return config
}

/**
 * Reads what commands that change data require: where it is stored, and whether audit events are logged.
 * @throws ConfigError with every problem of these variables.
 */
export function readStoresConfig(env: Environment): StoresConfig {
  const variables = { ...databaseVariables, ...runtimeVariables, ...auditVariables }
  const reader = createEnvReader({ variables, env, readFile: readSecretFile })
  const config = {
    database: readDatabase(reader),
    dataDir: readDataDir(reader),
    audit: { logged: readAuditLogged(reader) },
  }
  reader.finish()
  return config
}
