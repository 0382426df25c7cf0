import { z } from 'zod'
import { sealingPurpose } from '../../domain/keys/key-generation.ts'
import { openKey, unusableKeys } from '../../domain/keys/key-opening.ts'
import { retirementOf } from '../../domain/keys/key-rotation-policy.ts'
import type { PassphraseSealer } from '../../domain/keys/passphrase-sealer.ts'
import { type StoredSigningKey, signingAlgorithms, signingKeyStates } from '../../domain/keys/signing-key.ts'
import type { FlowDeps } from '../flow-deps.ts'

export interface KeepSigningKeysDeps extends Pick<FlowDeps, 'signingKeys' | 'sealer' | 'clock'> {
  readonly passphraseSealer: PassphraseSealer
}

const jwk = z.record(z.string(), z.unknown())
const backup = z.object({
  keys: z
    .array(
      z.object({
        kid: z.string().min(1),
        algorithm: z.enum(signingAlgorithms),
        state: z.enum(signingKeyStates),
        publicJwk: jwk,
        privateJwk: jwk,
        createdAt: z.coerce.date(),
        activatedAt: z.coerce.date().nullable(),
        retiresAt: z.coerce.date().nullable(),
      }),
    )
    .min(1),
})
type BackedUpKey = z.infer<typeof backup>['keys'][number]

/** Every stored key, and whether it can be used. */
export function createVerifySigningKeys(deps: Pick<KeepSigningKeysDeps, 'signingKeys' | 'sealer'>) {
  return async function verifySigningKeys(): Promise<readonly { key: StoredSigningKey; usable: boolean }[]> {
    const keys = await deps.signingKeys.list()
    const unusable = await unusableKeys(keys, deps.sealer)
    return keys.map((key) => ({ key, usable: !unusable.includes(key) }))
  }
}

/**
 * The keys that can be opened, and the kids of those that cannot. A damaged key must not prevent the use of the
 * others.
 */
async function sortKeys(
  deps: Pick<KeepSigningKeysDeps, 'signingKeys' | 'sealer'>,
): Promise<{ usable: readonly StoredSigningKey[]; damaged: readonly string[] }> {
  const keys = await deps.signingKeys.list()
  const unusable = await unusableKeys(keys, deps.sealer)
  return {
    usable: keys.filter((key) => !unusable.includes(key)),
    damaged: unusable.map(({ kid }) => kid),
  }
}

/**
 * Seals every private key that can be opened with the current MASTER_KEY. Returns how many, and the kids of the
 * damaged keys.
 */
export function createResealSigningKeys(deps: Pick<KeepSigningKeysDeps, 'signingKeys' | 'sealer'>) {
  return async function resealSigningKeys(): Promise<{ resealed: number; damaged: readonly string[] }> {
    const { usable, damaged } = await sortKeys(deps)
    let resealed = 0
    for (const key of usable) {
      const purpose = sealingPurpose(key.kid)
      const sealed = deps.sealer.seal(deps.sealer.open(key.sealedPrivateJwk, purpose), purpose)
      if (await deps.signingKeys.reseal(key.kid, key.sealedPrivateJwk, sealed)) resealed += 1
    }
    return { resealed, damaged }
  }
}

/**
 * Creates a backup of all keys that can be opened, with their private keys, sealed with a passphrase only: the file
 * and the passphrase together allow signing. `file` is null if no key can be opened.
 */
export function createBackUpSigningKeys(deps: KeepSigningKeysDeps) {
  return async function backUpSigningKeys(
    passphrase: string,
  ): Promise<{ file: string | null; kids: readonly string[]; damaged: readonly string[] }> {
    const { usable, damaged } = await sortKeys(deps)
    if (usable.length === 0) return { file: null, kids: [], damaged }
    const content = usable.map(({ sealedPrivateJwk, ...key }) => ({
      ...key,
      privateJwk: JSON.parse(
        Buffer.from(deps.sealer.open(sealedPrivateJwk, sealingPurpose(key.kid))).toString(),
      ),
    }))
    const file = await deps.passphraseSealer.seal(JSON.stringify({ keys: content }), passphrase)
    return { file, kids: usable.map(({ kid }) => kid), damaged }
  }
}

/**
 * Inserts the keys of a backup that are missing and replaces those that cannot be opened, sealed with the current
 * MASTER_KEY. The other keys stay unchanged. If another key is already CURRENT or has the state of a missing one, the
 * missing key is inserted as RETIRING: it only verifies. Returns the kids that were inserted or replaced.
 */
export function createRestoreSigningKeys(deps: KeepSigningKeysDeps) {
  return async function restoreSigningKeys(file: string, passphrase: string): Promise<readonly string[]> {
    const { keys } = backup.parse(JSON.parse(await deps.passphraseSealer.open(file, passphrase)))
    const stored = await deps.signingKeys.list()
    const unusable = await unusableKeys(stored, deps.sealer)
    const restored: string[] = []
    for (const key of keys) {
      const candidate = toStored(deps, key, stored)
      await openKey(candidate, deps.sealer)
      const damaged = unusable.find(({ kid }) => kid === key.kid)
      const isRestored =
        damaged === undefined
          ? await deps.signingKeys.insert(candidate)
          : await deps.signingKeys.repair(candidate, damaged.sealedPrivateJwk)
      if (isRestored) restored.push(key.kid)
    }
    return restored
  }
}

function toStored(
  deps: KeepSigningKeysDeps,
  key: BackedUpKey,
  stored: readonly StoredSigningKey[],
): StoredSigningKey {
  const { privateJwk, ...rest } = key
  const plain = Buffer.from(JSON.stringify(privateJwk))
  const sealedPrivateJwk = deps.sealer.seal(plain, sealingPurpose(key.kid))
  const isSuperseded = stored.some(({ state }) => state === 'CURRENT' || state === key.state)
  if (!isSuperseded || key.state === 'RETIRING') return { ...rest, sealedPrivateJwk }
  const retiresAt = retirementOf(deps.clock.now())
  return { ...rest, sealedPrivateJwk, state: 'RETIRING', retiresAt }
}
