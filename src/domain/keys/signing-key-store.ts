import type { StoredSigningKey } from './signing-key.ts'

export interface SigningKeyStore {
  /** Every key that is not gone yet. */
  list(): Promise<readonly StoredSigningKey[]>
  /** Inserts the first CURRENT key. False, and nothing inserted, when another process was faster. */
  insertFirst(key: StoredSigningKey): Promise<boolean>
}
