import type { StorePage } from '../../lib/collections/store-page.ts'
import type { OwnerAccess } from '../access/owner-access.ts'
import type { AuditEvent } from '../audit/audit-event.ts'
import type { User } from '../users/user.ts'
import type { ApiKey } from './api-key.ts'

export interface NewApiKey extends ApiKey {
  readonly digest: Uint8Array<ArrayBuffer>
}

/** A key and the present state of its owner. */
export interface OwnedApiKey {
  readonly key: ApiKey
  readonly owner: Pick<
    User,
    'id' | 'tenantId' | 'role' | 'active' | 'lockedAt' | 'lockedUntil' | 'tokenVersion'
  > & {
    readonly hasSecondFactor: boolean
    /** What the application's roles grant to the owner; null without roles. */
    readonly access: OwnerAccess | null
    /** The stored deadline for the factor that the policy requires; null: there is none. */
    readonly enrolBy: Date | null
  }
}

export interface ApiKeyRevocation {
  readonly now: Date
  readonly revokedBy: string | null
  /** Until when the revocation is published to all processes. */
  readonly rememberUntil: Date
  /** Written only if this call revoked the key; the store fills in the owner. */
  readonly audit: AuditEvent
}

/** API keys, including revoked and expired ones. A deactivation of the tenant revokes those that it has. */
export interface ApiKeyStore {
  insert(key: NewApiKey): Promise<void>
  /** Number of keys of a user that are neither revoked nor expired. */
  countLive(userId: string, now: Date): Promise<number>
  /** One indexed statement. Null if no key has that digest. */
  findByDigest(digest: Uint8Array<ArrayBuffer>): Promise<OwnedApiKey | null>
  /**
   * Revokes a key of a user of that tenant and stores the revocation, in one statement. Null if there is no such key,
   * or it was revoked before.
   */
  revoke(target: { apiKeyId: string; tenantId: string }, revocation: ApiKeyRevocation): Promise<ApiKey | null>
  /** The keys of a user that are neither revoked nor expired, oldest first. */
  listLive(userId: string, now: Date): Promise<readonly ApiKey[]>
  /**
   * Revokes every key of a user, inside a transaction that raises the token version of the user. Returns the keys that
   * were valid until then: neither revoked nor expired, oldest first.
   */
  revokeAll(userId: string, revocation: { now: Date; revokedBy: string | null }): Promise<readonly ApiKey[]>
  /** One page of the keys of a user. */
  list(userId: string, page: StorePage): Promise<readonly ApiKey[]>
  /** Records when keys were last used. A time that is not at least one minute after the stored one changes nothing. */
  noteUses(uses: readonly { readonly apiKeyId: string; readonly usedAt: Date }[]): Promise<void>
  /** Removes up to `limit` keys that ended before that time. Returns the number of removed keys. */
  purge(endedBefore: Date, limit: number): Promise<number>
}
