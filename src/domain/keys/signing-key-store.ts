import type { AuditEvent } from '../audit/audit-event.ts'
import type { StoredSigningKey } from './signing-key.ts'

export interface SigningKeyStore {
  /** Every key that is not gone yet. */
  list(): Promise<readonly StoredSigningKey[]>
  /** Inserts the first CURRENT key. False, and nothing inserted, when another process was faster. */
  insertFirst(key: StoredSigningKey): Promise<boolean>
  /** Publishes a NEXT key in the place of the one that there is, if it still is that one (null: none). False when it is not. */
  replaceNext(key: StoredSigningKey, seenKid: string | null): Promise<boolean>
  /** Says when a NEXT key begins to sign, in one statement with its audit row; a time that is not later and stands there stays. */
  planNext(kid: string, activatesAt: Date, audit: AuditEvent): Promise<void>
  /**
   * Lets NEXT sign and CURRENT retire, in one statement with its audit row. False, and nothing changed, when they are
   * not what the caller has seen.
   */
  promote(change: {
    readonly nextKid: string
    readonly currentKid: string
    readonly now: Date
    readonly retiresAt: Date
    readonly audit: AuditEvent
  }): Promise<boolean>
  /** Removes the retiring keys whose last token has expired; answers their kids. */
  removeRetired(now: Date): Promise<readonly string[]>
  /** Seals a key anew, if it is still sealed as the caller has seen. */
  reseal(kid: string, seen: Uint8Array<ArrayBuffer>, sealed: Uint8Array<ArrayBuffer>): Promise<boolean>
  /** Puts the halves of a key in the place of damaged ones, if its private half is still as the caller has seen; its state stays. */
  mend(
    key: Pick<StoredSigningKey, 'kid' | 'algorithm' | 'publicJwk' | 'sealedPrivateJwk'>,
    seen: Uint8Array<ArrayBuffer>,
  ): Promise<boolean>
  /** Inserts a key that is not there; false when one of that kid is. */
  insert(key: StoredSigningKey): Promise<boolean>
}
