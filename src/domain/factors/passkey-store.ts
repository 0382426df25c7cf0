import type { User } from '../users/user.ts'
import type { Passkey, PasskeyCredential } from './passkey.ts'

/** A passkey, and what a sign-in with it needs of its owner. */
export interface OwnedPasskey {
  readonly passkey: PasskeyCredential
  readonly owner: User
  /** Slug of the owner's tenant. */
  readonly tenant: string
  /** Device tokens of an earlier epoch are void. */
  readonly deviceEpoch: number
}

/** Keeps passkeys. A removed one counts as absent everywhere; it is kept so that its removal can be taken back. */
export interface PasskeyStore {
  /** Stores a passkey. False, and nothing changes, if an account has a passkey with the same credential id. */
  insert(passkey: PasskeyCredential): Promise<boolean>
  /** The passkeys of a user, oldest first. */
  list(userId: string): Promise<readonly PasskeyCredential[]>
  /** The passkey with a credential id, and its owner, in one statement; null if there is none, or the tenant is deactivated. */
  findByCredential(credentialId: Uint8Array<ArrayBuffer>): Promise<OwnedPasskey | null>
  /**
   * Records a use. The stored counter never decreases. False, and nothing changes, if the passkey was removed.
   */
  noteUse(id: string, use: PasskeyUse): Promise<boolean>
  /** Renames a passkey of the user; null if the user has no such passkey. */
  rename(owned: { readonly id: string; readonly userId: string }, name: string): Promise<Passkey | null>
  /** Removes a passkey of the user; null if the user has no such passkey. */
  remove(owned: { readonly id: string; readonly userId: string }, now: Date): Promise<Passkey | null>
  /** Number of passkeys of all users that were registered for another RP id. */
  countOther(rpId: string): Promise<number>
}

export interface PasskeyUse {
  readonly at: Date
  readonly signCount: number
  readonly backedUp: boolean
}
