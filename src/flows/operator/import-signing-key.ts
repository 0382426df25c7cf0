import { KeyImportError, type PrivateKeyOfFile, sealImportedKey } from '../../domain/keys/key-import.ts'
import type { SigningAlgorithm } from '../../domain/keys/signing-key.ts'
import { ownOrigin } from '../../domain/origin/origin.ts'
import type { FlowDeps } from '../flow-deps.ts'

/** Origin of the audit event: no address, no request. */
const commandLine = ownOrigin('keys import')

export interface ImportSigningKeyDeps extends Pick<FlowDeps, 'signingKeys' | 'sealer' | 'clock' | 'audit'> {
  /** The configured algorithm: the rotation replaces a NEXT key of another one. */
  readonly algorithm: SigningAlgorithm
}

/**
 * Imports a private key as the NEXT key. It is published at once, and signs after the next rotation. The earlier NEXT
 * key, which never signed, is removed. Returns the kids of both. @throws KeyImportError
 */
export function createImportSigningKey(deps: ImportSigningKeyDeps) {
  return async function importSigningKey(
    read: PrivateKeyOfFile,
  ): Promise<{ readonly kid: string; readonly replaced: string | null }> {
    if (read.algorithm !== deps.algorithm)
      throw new KeyImportError(
        `The key is for ${read.algorithm}, but SIGNING_ALGORITHM is ${deps.algorithm}. Set SIGNING_ALGORITHM first.`,
      )
    const key = await sealImportedKey(read, deps.sealer, deps.clock.now())
    const stored = await deps.signingKeys.list()
    if (stored.some(({ kid }) => kid === key.kid))
      throw new KeyImportError(`The key is present already: ${key.kid}.`)
    const replaced = stored.find(({ state }) => state === 'NEXT')?.kid ?? null
    const details = { to: key.kid, replaces: replaced }
    const audit = deps.audit.event('SIGNING_KEYS_ROTATED', commandLine, { reason: 'IMPORTED', details })
    if (!(await deps.signingKeys.replaceNext(key, replaced, audit)))
      throw new KeyImportError('The next key has just changed. Nothing was imported: try again.')
    return { kid: key.kid, replaced }
  }
}
