import type { StoredSigningKey } from '../../domain/keys/signing-key.ts'
import { ownOrigin } from '../../domain/origin/origin.ts'
import type { FlowDeps } from '../flow-deps.ts'

/** Publishes, promotes and removes the signing keys that are due. Runs as a job. Returns all keys. */
export function createRotateDueSigningKeys(deps: Pick<FlowDeps, 'ids' | 'rotateKeys'>) {
  return async function rotateDueSigningKeys(): Promise<readonly StoredSigningKey[]> {
    return deps.rotateKeys({ origin: ownOrigin(deps.ids.next()), actor: null })
  }
}
