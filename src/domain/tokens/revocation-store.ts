import type { PackedIds } from './packed-ids.ts'
import type { RevocableToken, Revocation, RevokedToken } from './revocation.ts'

/** The position of a revocation in the order in which revocations were recorded. */
export interface FeedPosition {
  readonly recordedAt: Date
  readonly id: string
}

export interface RecordedRevocation {
  readonly position: FeedPosition
  readonly revocation: Revocation
}

/** For other services, which may follow the tokens of some tenants only. */
export interface RevocationOfFeed extends RecordedRevocation {
  /** The tenant of the affected tokens; null: of several (kind ACCESS), unknown, or recorded by an earlier version. */
  readonly tenantId: string | null
}

/** A page of revocations without their order, for the first load of a process. Each row is in exactly one of the parts. */
export interface PackedRevocations {
  /** The revocations whose id is a UUID, by kind. The number of a user is their lowest accepted token version. */
  readonly sessions: PackedIds
  readonly users: PackedIds
  readonly tokens: PackedIds
  readonly apiKeys: PackedIds
  /** Those of all other kinds, and of tokens whose id is not a UUID. */
  readonly others: readonly Revocation[]
  /** Continues after this page; null if it is the last one. */
  readonly next: FeedPosition | null
}

/** The position before all revocations that were recorded at that time: no id is as low as the nil UUID. */
export function positionBefore(recordedAt: Date): FeedPosition {
  return { recordedAt, id: '00000000-0000-0000-0000-000000000000' }
}

/** The authoritative record of revocations. */
export interface RevocationStore {
  /**
   * Records a revocation, at the time of the database. Those of sessions are written by the statement that ends the
   * session.
   * @param tokenTenantId The tenant of a revoked token. That of a user is read from their row.
   */
  insert(revocation: Revocation, tokenTenantId?: string): Promise<void>
  /**
   * The time of the database, by which revocations are ordered: clocks of processes can differ, and a process must not
   * miss what another one with a slow clock has recorded.
   */
  readClock(): Promise<Date>
  /** The same for access tokens, in one statement. A token can be recorded again. */
  insertTokens(tokens: readonly RevokedToken[]): Promise<void>
  /**
   * Gives those that the present transaction has recorded the present time. It is the last statement of a transaction that can last
   * longer than polls look back: they would never read what it recorded at its beginning. They are kept longer by the duration of the
   * transaction, in which tokens are issued that they refuse.
   */
  postpone(): Promise<void>
  /** The first revocation of an access token that has not expired, with the latest expiry; null if there is none. */
  findToken(tokenId: string, now: Date): Promise<RevokedToken | null>
  /** Up to `limit` revocations after that position that have not expired, in order. Null starts at the beginning. */
  listPage(after: FeedPosition | null, now: Date, limit: number): Promise<readonly RecordedRevocation[]>
  /** The same rows in a form that costs a fraction of the CPU time. `limit` is at most some ten thousand: one statement reads them. */
  listPacked(after: FeedPosition | null, now: Date, limit: number): Promise<PackedRevocations>
  /** The same as `listPage`, with the tenants. */
  listPageOfFeed(after: FeedPosition | null, now: Date, limit: number): Promise<readonly RevocationOfFeed[]>
  /** Checks one token, for a process whose list may be outdated. True also if the session, the account or its tenant has ended. */
  isRevoked(token: RevocableToken, now: Date): Promise<boolean>
  /** Removes up to `limit` revocations that expired before that time. Returns the number of removed revocations. */
  purge(expiredBefore: Date, limit: number): Promise<number>
}
