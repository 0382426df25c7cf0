import type { StoredSigningKey } from '../../domain/keys/signing-key.ts'
import type { FlowDeps } from '../flow-deps.ts'

/** Every stored signing key, oldest first. The caller has checked who may read them. */
export function createFindSigningKeys(deps: Pick<FlowDeps, 'signingKeys'>) {
  return async function findSigningKeys(): Promise<readonly StoredSigningKey[]> {
    return deps.signingKeys.list()
  }
}
