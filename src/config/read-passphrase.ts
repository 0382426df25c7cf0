import type { Secret } from '../lib/crypto/secret.ts'
import { ConfigError } from './config-error.ts'
import { createEnvReader } from './env-reader.ts'
import { readSecretFile } from './secret-file.ts'
import { keyVariables, readKeyBackupPassphrase } from './themes/storage/keys.ts'
import type { Environment } from './variable.ts'

/** Reads the passphrase that encrypts backups of the signing keys. @throws ConfigError if it is missing or weak */
export function readPassphrase(env: Environment): Secret {
  const reader = createEnvReader({ variables: keyVariables, env, readFile: readSecretFile })
  const passphrase = readKeyBackupPassphrase(reader)
  reader.finish()
  if (passphrase === null) throw new ConfigError([])
  return passphrase
}
