import { createEnvReader } from './env-reader.ts'
import { readSecretFile } from './secret-file.ts'
import { type ArchiveConfig, auditVariables, readArchive } from './themes/operations/audit.ts'
import { readRunMode, runtimeVariables } from './themes/service/runtime.ts'
import type { Environment } from './variable.ts'

/**
 * Reads only where the audit archive is: its verification needs no secret of the service.
 * @throws ConfigError with every problem of these variables.
 */
export function readArchiveConfig(env: Environment): ArchiveConfig | null {
  const variables = { ...auditVariables, ...runtimeVariables }
  const reader = createEnvReader({ variables, env, readFile: readSecretFile })
  const archive = readArchive(reader, readRunMode(reader) === 'production')
  reader.finish()
  return archive
}
