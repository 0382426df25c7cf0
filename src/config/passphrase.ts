import type { Secret } from '../lib/secret.ts'
import { ConfigError } from './config-error.ts'
import type { Environment } from './env.ts'
import { EnvReader } from './env-reader.ts'
import { randomText } from './secret-rules.ts'
import { readSecretFile } from './secrets.ts'

/** What the files of the operator's key backups are sealed with. @throws ConfigError when it is missing or too weak */
export function readPassphrase(env: Environment): Secret {
  const reader = new EnvReader({ env, readSecretFile })
  const passphrase = reader.read('KEY_BACKUP_PASSPHRASE', randomText, null)
  reader.check(['KEY_BACKUP_PASSPHRASE'], passphrase !== null, 'is needed for a backup of the keys.')
  reader.finish()
  if (passphrase === null) throw new ConfigError([])
  return passphrase
}
