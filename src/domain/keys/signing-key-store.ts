import type { AuditEvent } from '../audit/audit-event.ts'
import type { StoredSigningKey } from './signing-key.ts'

export interface SigningKeyStore {
  /** Whether the keys are managed outside of the service: it neither creates, rotates nor removes them. */
  readonly managedOutside: boolean
  /** All keys, oldest first. */
  list(): Promise<readonly StoredSigningKey[]>
  /** Inserts the first CURRENT key. False, and nothing is inserted, if there is a CURRENT key already. */
  insertFirst(key: StoredSigningKey): Promise<boolean>
  /**
   * Replaces the NEXT key if its kid is still `seenKid` (null: there is none), in one statement with its audit row
   * (null: none). False, and nothing changes, if it is not.
   */
  replaceNext(key: StoredSigningKey, seenKid: string | null, audit: AuditEvent | null): Promise<boolean>
  /** Schedules the activation of a NEXT key, in one statement with its audit row. An earlier stored time is kept. */
  planNext(kid: string, activatesAt: Date, audit: AuditEvent): Promise<void>
  /**
   * Makes NEXT the CURRENT key and retires the old one, in one statement with its audit row. False, and nothing
   * changes, if the two keys do not have these states any more.
   */
  promote(change: {
    readonly nextKid: string
    readonly currentKid: string
    readonly now: Date
    readonly retiresAt: Date
    readonly audit: AuditEvent
  }): Promise<boolean>
  /** Removes the retiring keys whose last token has expired. Returns their kids. */
  removeRetired(now: Date): Promise<readonly string[]>
  /** Replaces the sealed private key if it is still `seen`. False, and nothing changes, if it is not. */
  reseal(kid: string, seen: Uint8Array<ArrayBuffer>, sealed: Uint8Array<ArrayBuffer>): Promise<boolean>
  /** Replaces a damaged key pair if its sealed private key is still `seen`; the state is kept. False if it is not. */
  repair(
    key: Pick<StoredSigningKey, 'kid' | 'algorithm' | 'publicJwk' | 'sealedPrivateJwk'>,
    seen: Uint8Array<ArrayBuffer>,
  ): Promise<boolean>
  /** Inserts a key. False, and nothing is inserted, if a key with that kid exists. */
  insert(key: StoredSigningKey): Promise<boolean>
}
