import type { Config } from '../config/config.ts'
import { deriveKey } from '../lib/crypto/digest.ts'
import type { Secret } from '../lib/crypto/secret.ts'

/** One key for each master key, derived for one purpose. The first one signs; all are accepted. */
export function derivedKeys(
  { secrets: { masterKey, previousMasterKey } }: Pick<Config, 'secrets'>,
  purpose: string,
): readonly [Uint8Array, ...Uint8Array[]] {
  const derived = (key: Secret) => deriveKey(Buffer.from(key.reveal(), 'base64'), purpose)
  return previousMasterKey === null ? [derived(masterKey)] : [derived(masterKey), derived(previousMasterKey)]
}
