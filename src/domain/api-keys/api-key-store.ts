import type { AuditEvent } from '../audit/audit-event.ts'
import type { User } from '../users/user.ts'
import type { ApiKey } from './api-key.ts'

export interface NewApiKey extends ApiKey {
  readonly digest: Uint8Array<ArrayBuffer>
}

/** A key and what its owner is now. */
export interface OwnedApiKey {
  readonly key: ApiKey
  readonly owner: Pick<
    User,
    'id' | 'tenantId' | 'role' | 'active' | 'lockedAt' | 'lockedUntil' | 'tokenVersion'
  >
}

/** Keyset page: keys after (or before) an id, newest first. */
export interface ApiKeyPage {
  readonly after: string | null
  readonly before: string | null
  readonly limit: number
  /** From which end the limit counts. */
  readonly from: 'newest' | 'oldest'
}

export interface ApiKeyRevocation {
  readonly now: Date
  readonly revokedBy: string | null
  /** Until when every process is told of it. */
  readonly rememberUntil: Date
  /** Written when the key was revoked by this call; the owner is filled in. */
  readonly audit: AuditEvent
}

/** The keys, ended ones too. */
export interface ApiKeyStore {
  insert(key: NewApiKey): Promise<void>
  /** How many keys of a user are neither revoked nor expired. */
  countLive(userId: string, now: Date): Promise<number>
  /** One indexed statement; null when there is no such key. */
  findByDigest(digest: Uint8Array<ArrayBuffer>): Promise<OwnedApiKey | null>
  /**
   * Revokes a key of somebody of that tenant and remembers the revocation, in one statement. Null when there is none,
   * or it was revoked before.
   */
  revoke(target: { apiKeyId: string; tenantId: string }, revocation: ApiKeyRevocation): Promise<ApiKey | null>
  /** Revokes every key of a user, inside a transaction that raises his token version; answers how many. */
  revokeAll(userId: string, now: Date): Promise<number>
  /** The keys of a user, one page. */
  list(userId: string, page: ApiKeyPage): Promise<readonly ApiKey[]>
  /** Notes when keys were last used; an earlier time than the noted one, or one less than a minute later, changes nothing. */
  noteUses(uses: readonly { readonly apiKeyId: string; readonly usedAt: Date }[]): Promise<void>
  /** Removes up to so many keys that were over before that; answers how many. */
  purge(endedBefore: Date, limit: number): Promise<number>
}
