import type { UserViewer } from '../../domain/access/viewer.ts'
import { activationOf } from '../../domain/keys/key-rotation-policy.ts'
import type { StoredSigningKey } from '../../domain/keys/signing-key.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import type { FlowDeps } from '../flow-deps.ts'

/** All keys after a rotation, and when the next one begins to sign: at once, or at the planned time. */
export interface KeyRotation {
  readonly signingKeys: readonly StoredSigningKey[]
  readonly activatesAt: Date
}

/** Rotates the signing keys at an administrator's request. @throws ReauthenticationRequiredProblem */
export function createRotateSigningKeys(
  deps: Pick<FlowDeps, 'requireAdministrativeProof' | 'rotateKeys' | 'clock'>,
) {
  return async function rotateSigningKeys(viewer: UserViewer, origin: Origin): Promise<KeyRotation> {
    await deps.requireAdministrativeProof(viewer)
    const signingKeys = await deps.rotateKeys({ origin, actor: viewer })
    return { signingKeys, activatesAt: activationOf(signingKeys) ?? deps.clock.now() }
  }
}
