import { type Permission, permissionsOf } from '../../domain/access/permissions.ts'
import { type ApiKey, apiKeyDigest } from '../../domain/api-keys/api-key.ts'
import { ApiKeyCache } from '../../domain/api-keys/api-key-cache.ts'
import type { OwnedApiKey } from '../../domain/api-keys/api-key-store.ts'
import { isLocked } from '../../domain/users/user.ts'
import type { Services } from '../services.ts'

export type CheckApiKeyDeps = Pick<Services, 'apiKeys' | 'revocations' | 'clock'>

/** Why a key is refused; UNKNOWN and MALFORMED are told apart by nobody outside. */
export type ApiKeyRejection = 'MALFORMED' | 'UNKNOWN' | 'REVOKED' | 'EXPIRED' | 'USER_DISABLED'

export type ApiKeyVerdict =
  | {
      readonly rejection: null
      readonly key: ApiKey
      readonly owner: OwnedApiKey['owner']
      /** The key's permissions, as far as its owner has them now. */
      readonly permissions: readonly Permission[]
    }
  | { readonly rejection: ApiKeyRejection }

/** @throws what the store throws when it had to be asked and cannot answer: a key is never accepted on a guess */
export type CheckApiKey = (text: string) => Promise<ApiKeyVerdict>

/**
 * What an API key may do now. Known keys cost no network for five minutes, unless something of theirs has changed, which
 * arrives with the revocations: whoever loses a role, is locked or deactivated gets a higher token version.
 */
export function createCheckApiKey(deps: CheckApiKeyDeps): CheckApiKey {
  const { apiKeys, revocations, clock } = deps
  const cache = new ApiKeyCache({ clock })

  function remembered(name: string): OwnedApiKey | null | undefined {
    if (!revocations.isFresh) return undefined
    const found = cache.find(name)
    if (found === undefined || found === null) return found
    const { id, tokenVersion } = found.owner
    return tokenVersion < revocations.minimumTokenVersion(id) ? undefined : found
  }

  function judge(found: OwnedApiKey | null): ApiKeyVerdict {
    if (found === null) return { rejection: 'UNKNOWN' }
    const { key, owner } = found
    const now = clock.now()
    if (key.revokedAt !== null || revocations.knowsApiKey(key.id)) return { rejection: 'REVOKED' }
    if (key.expiresAt !== null && key.expiresAt <= now) return { rejection: 'EXPIRED' }
    if (!owner.active || isLocked(owner, now)) return { rejection: 'USER_DISABLED' }
    const granted = permissionsOf(owner.role, owner.tenantId)
    const permissions = granted.filter((permission) => key.permissions.includes(permission))
    return { rejection: null, key, owner, permissions }
  }

  return async (text) => {
    const digest = apiKeyDigest(text)
    if (digest === null) return { rejection: 'MALFORMED' }
    const name = Buffer.from(digest).toString('base64url')
    const known = remembered(name)
    if (known !== undefined) return judge(known)
    const found = await apiKeys.findByDigest(digest)
    const verdict = judge(found)
    cache.keep(name, found, verdict.rejection === null)
    return verdict
  }
}
