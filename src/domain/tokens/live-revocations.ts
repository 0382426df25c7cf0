import { AccessRevocations } from './access-revocations.ts'
import { ExpiringIds } from './expiring-ids.ts'
import type { AccessHolder, RevocableToken, Revocation, TenantHolder } from './revocation.ts'
import type { PackedRevocations } from './revocation-store.ts'
import { TenantRevocations } from './tenant-revocations.ts'

/** Numbers of live revocations. A revocation is kept until every access token that it affects has expired. */
export interface RevocationStats {
  readonly revokedSessions: number
  readonly revokedUsers: number
  readonly revokedTokens: number
  /** When the first of them expires; null if there is none. */
  readonly oldestExpiresAt: Date | null
}

/** The revocations that a process knows, of every kind, whatever the order in which they arrive. */
export class LiveRevocations {
  readonly #sessions = new ExpiringIds()
  readonly #tokens = new ExpiringIds()
  readonly #apiKeys = new ExpiringIds()
  /** Users with their lowest accepted token version. */
  readonly #users = new ExpiringIds()
  readonly #access = new AccessRevocations()
  readonly #tenants = new TenantRevocations()

  /** The present numbers of revocations. */
  get stats(): RevocationStats {
    const ends = [this.#sessions, this.#users, this.#tokens].map((ids) => ids.firstExpiry)
    const known = ends.filter((end) => end !== null)
    return {
      revokedSessions: this.#sessions.size,
      revokedUsers: this.#users.size,
      revokedTokens: this.#tokens.size,
      oldestExpiresAt: known.length === 0 ? null : new Date(Math.min(...known)),
    }
  }

  /** Whether a known revocation refuses the token. */
  match(token: RevocableToken): boolean {
    if (this.#sessions.has(token.sessionId) || this.#tokens.has(token.tokenId)) return true
    if (token.tokenVersion < this.minimumTokenVersion(token.userId)) return true
    return this.#access.match(token) || this.#tenants.match(token)
  }

  hasSession(sessionId: string): boolean {
    return this.#sessions.has(sessionId)
  }

  hasApiKey(apiKeyId: string): boolean {
    return this.#apiKeys.has(apiKeyId)
  }

  /** The lowest accepted token version of a user; 0 if none is revoked. */
  minimumTokenVersion(userId: string): number {
    return this.#users.valueOf(userId) ?? 0
  }

  matchAccess(holder: AccessHolder): boolean {
    return this.#access.match(holder)
  }

  matchTenant(holder: TenantHolder): boolean {
    return this.#tenants.match(holder)
  }

  /** The newest known version of a tenant; 0 if no recent change is known. */
  tenantVersion(tenantId: string): number {
    return this.#tenants.versionOf(tenantId)
  }

  /** Whether the revocation changes nothing. */
  has(revocation: Revocation): boolean {
    switch (revocation.kind) {
      case 'SESSION':
        return this.#sessions.has(revocation.sessionId)
      case 'TOKEN':
        return this.#tokens.has(revocation.tokenId)
      case 'API_KEY':
        return this.#apiKeys.has(revocation.apiKeyId)
      case 'USER':
        return this.minimumTokenVersion(revocation.userId) >= revocation.minimumTokenVersion
      case 'ACCESS':
        return this.#access.has(revocation)
      case 'TENANT':
        return this.#tenants.has(revocation)
    }
  }

  add(revocation: Revocation): void {
    const expiresAt = revocation.expiresAt.getTime()
    if (revocation.kind === 'SESSION') this.#sessions.add(revocation.sessionId, expiresAt)
    if (revocation.kind === 'TOKEN') this.#tokens.add(revocation.tokenId, expiresAt)
    if (revocation.kind === 'API_KEY') this.#apiKeys.add(revocation.apiKeyId, expiresAt)
    if (revocation.kind === 'USER')
      this.#users.add(revocation.userId, expiresAt, revocation.minimumTokenVersion)
    if (revocation.kind === 'ACCESS') this.#access.add(revocation, expiresAt)
    if (revocation.kind === 'TENANT') this.#tenants.add(revocation, expiresAt)
  }

  /** Adds each of them. @throws RangeError if packed ids are incomplete */
  addPacked({ sessions, users, tokens, apiKeys, others }: PackedRevocations): void {
    this.#sessions.addPacked(sessions)
    this.#users.addPacked(users)
    this.#tokens.addPacked(tokens)
    this.#apiKeys.addPacked(apiKeys)
    for (const revocation of others) this.add(revocation)
  }

  /** Removes expired revocations: all of them after some calls. */
  forget(nowMs: number): void {
    const all = [this.#sessions, this.#tokens, this.#apiKeys, this.#users, this.#access, this.#tenants]
    for (const known of all) known.forget(nowMs)
  }
}
