import type { Config } from './config.ts'
import { createEnvReader } from './env-reader.ts'
import { readSecretFile } from './secret-file.ts'
import { readRunMode, runtimeVariables } from './themes/service/runtime.ts'
import { readServer, serverVariables } from './themes/service/server.ts'
import { readTokens, tokenVariables } from './themes/sessions/tokens.ts'
import type { Environment } from './variable.ts'

/**
 * Reads only what access tokens contain and how they are signed: the command that compares roles with it needs no secret of the service.
 * @throws ConfigError with every problem of these variables.
 */
export function readTokenConfig(env: Environment): Pick<Config, 'tokens'> {
  const variables = { ...runtimeVariables, ...serverVariables, ...tokenVariables }
  const reader = createEnvReader({ variables, env, readFile: readSecretFile })
  const { publicUrl } = readServer(reader, readRunMode(reader) === 'production')
  const tokens = readTokens(reader, publicUrl)
  reader.finish()
  return { tokens }
}
