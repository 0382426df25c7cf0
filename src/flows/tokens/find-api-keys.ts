import type { ApiKey } from '../../domain/api-keys/api-key.ts'
import type { StorePage } from '../../lib/collections/store-page.ts'
import type { FlowDeps } from '../flow-deps.ts'

/**
 * A page of a user's API keys, newest first, including revoked and expired ones. The caller has checked who may read
 * them.
 */
export function createFindApiKeys(deps: Pick<FlowDeps, 'apiKeys'>) {
  return async function findApiKeys(userId: string, page: StorePage): Promise<readonly ApiKey[]> {
    return deps.apiKeys.list(userId, page)
  }
}
