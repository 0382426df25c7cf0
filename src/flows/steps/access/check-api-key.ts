import { accessPermissionsOf, accessRolesOf } from '../../../domain/access/owner-access.ts'
import { type Permission, permissionsOf } from '../../../domain/access/permissions.ts'
import { type ApiKey, apiKeyDigest } from '../../../domain/api-keys/api-key.ts'
import { ApiKeyCache } from '../../../domain/api-keys/api-key-cache.ts'
import type { OwnedApiKey } from '../../../domain/api-keys/api-key-store.ts'
import { refusedFrom } from '../../../domain/factors/mfa-policy.ts'
import { acceptsFrom } from '../../../domain/tenants/tenant.ts'
import type { KnownTenant } from '../../../domain/tenants/tenant-directory.ts'
import { isLocked } from '../../../domain/users/user.ts'
import type { Services } from '../../services.ts'

export type CheckApiKeyDeps = Pick<Services, 'apiKeys' | 'revocations' | 'tenants' | 'clock'>

/** Why a key is refused. Callers cannot distinguish UNKNOWN from MALFORMED. */
export type ApiKeyRejection = 'MALFORMED' | 'UNKNOWN' | 'REVOKED' | 'EXPIRED' | 'USER_DISABLED'

export type ApiKeyVerdict =
  | {
      readonly rejection: null
      readonly key: ApiKey
      readonly owner: OwnedApiKey['owner']
      /** The key's permissions, as far as its owner has them now. */
      readonly permissions: readonly Permission[]
      /** Those of the application. */
      readonly accessPermissions: readonly string[]
    }
  | { readonly rejection: ApiKeyRejection }

/** @throws the error of the store if it has to be read and is unavailable: a key is never accepted by default */
export type CheckApiKey = (text: string) => Promise<ApiKeyVerdict>

interface CachedDeps extends CheckApiKeyDeps {
  readonly cache: ApiKeyCache
}

/**
 * Checks an API key and returns what it may do now. A known key costs no network call for five minutes, unless it or
 * its owner changes: changes arrive with the revocations, because an owner who loses a role, is locked or is
 * deactivated gets a higher token version, and a change of what roles of the application grant raises their version.
 */
export function createCheckApiKey(deps: CheckApiKeyDeps): CheckApiKey {
  const cached = { ...deps, cache: new ApiKeyCache({ clock: deps.clock }) }

  return async function checkApiKey(text) {
    const digest = apiKeyDigest(text)
    if (digest === null) return { rejection: 'MALFORMED' }
    const name = Buffer.from(digest).toString('base64url')
    const known = findInCache(cached, name)
    if (known !== undefined) return (await judge(deps, known)).verdict
    const found = await deps.apiKeys.findByDigest(digest)
    const { verdict, refusedAt } = await judge(deps, found)
    cached.cache.keep(name, found, verdict.rejection === null, untilRefused(deps, refusedAt))
    return verdict
  }
}

/** Null for a key that is known not to exist; undefined if the store has to be read. */
function findInCache({ revocations, cache }: CachedDeps, name: string): OwnedApiKey | null | undefined {
  if (!revocations.isFresh) return undefined
  const found = cache.find(name)
  if (found === undefined || found === null) return found
  const { id, tokenVersion } = found.owner
  const isOutdated = tokenVersion < revocations.minimumTokenVersion(id) || hasOlderAccess(revocations, found)
  return isOutdated ? undefined : found
}

function hasOlderAccess(revocations: CheckApiKeyDeps['revocations'], { owner }: OwnedApiKey): boolean {
  const { tenantId, access } = owner
  if (access === null) return false
  return revocations.knowsAccess({
    tenantId,
    accessRoles: accessRolesOf(access),
    accessVersion: access.version,
  })
}

interface Judgement {
  readonly verdict: ApiKeyVerdict
  /** When the owner is refused without the factor that the policy of their tenant requires; null: never. */
  readonly refusedAt: Date | null
}

async function judge(deps: CheckApiKeyDeps, found: OwnedApiKey | null): Promise<Judgement> {
  if (found === null) return { verdict: { rejection: 'UNKNOWN' }, refusedAt: null }
  const tenant = await deps.tenants.tenantOf(found.owner)
  const refusedAt = refusedFrom(tenant.rules.mfa, found.owner)
  return { verdict: judgeFound(deps, found, tenant, refusedAt), refusedAt }
}

/** Milliseconds until then; undefined: never, or it has passed. */
function untilRefused({ clock }: CheckApiKeyDeps, refusedAt: Date | null): number | undefined {
  const leftMs = refusedAt === null ? 0 : refusedAt.getTime() - clock.now().getTime()
  return leftMs > 0 ? leftMs : undefined
}

function judgeFound(
  { revocations, clock }: CheckApiKeyDeps,
  { key, owner }: OwnedApiKey,
  tenant: KnownTenant,
  refusedAt: Date | null,
): ApiKeyVerdict {
  const now = clock.now()
  if (key.revokedAt !== null || revocations.knowsApiKey(key.id)) return { rejection: 'REVOKED' }
  if (!acceptsFrom(tenant, key.createdAt)) return { rejection: 'REVOKED' }
  if (key.expiresAt !== null && key.expiresAt <= now) return { rejection: 'EXPIRED' }
  if (!owner.active || isLocked(owner, now)) return { rejection: 'USER_DISABLED' }
  if (refusedAt !== null && refusedAt <= now) return { rejection: 'USER_DISABLED' }
  const granted = permissionsOf(owner.role, owner.tenantId)
  const permissions = granted.filter((permission) => key.permissions.includes(permission))
  const accessPermissions = accessPermissionsOf(owner.access).filter((name) => key.permissions.includes(name))
  return { rejection: null, key, owner, permissions, accessPermissions }
}
