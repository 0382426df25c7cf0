import type { UserViewer } from '../../domain/access/viewer.ts'
import type { StoredSigningKey } from '../../domain/keys/signing-key.ts'
import { type Origin, ownOrigin } from '../../domain/origin/origin.ts'
import type { FlowDeps } from '../flow-deps.ts'

/**
 * Rotates the signing keys at an administrator's request. Returns all keys. @throws ReauthenticationRequiredProblem
 */
export function createRotateSigningKeys(deps: Pick<FlowDeps, 'requireFreshProof' | 'rotateKeys'>) {
  return async function rotateSigningKeys(
    viewer: UserViewer,
    origin: Origin,
  ): Promise<readonly StoredSigningKey[]> {
    deps.requireFreshProof(viewer)
    return deps.rotateKeys({ origin, actor: viewer })
  }
}

/** Publishes, promotes and removes the signing keys that are due. Runs as a job. Returns all keys. */
export function createRotateDueSigningKeys(deps: Pick<FlowDeps, 'ids' | 'rotateKeys'>) {
  return async function rotateDueSigningKeys(): Promise<readonly StoredSigningKey[]> {
    return deps.rotateKeys({ origin: ownOrigin(deps.ids.next()), actor: null })
  }
}
