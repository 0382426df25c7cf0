import { SigningKeyFile } from '../adapters/keys/signing-key-file.ts'
import type { Config } from '../config/config.ts'
import type { Sealer } from '../domain/keys/sealer.ts'
import type { SigningKeyStore } from '../domain/keys/signing-key-store.ts'

/** The keys of SIGNING_KEYS_FILE if it is set, otherwise those of the database. */
export function openSigningKeys(
  { keys, tokens }: Pick<Config, 'keys' | 'tokens'>,
  sealer: Sealer,
  openDatabaseKeys: () => SigningKeyStore,
): SigningKeyStore {
  if (keys.file === null) return openDatabaseKeys()
  return new SigningKeyFile({ path: keys.file, algorithm: tokens.algorithm, sealer })
}
