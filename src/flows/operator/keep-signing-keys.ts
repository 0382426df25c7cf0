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

/** Every key that is stored, and whether it can be used. */
export function createVerifySigningKeys(deps: Pick<KeepSigningKeysDeps, 'signingKeys' | 'sealer'>) {
  return async (): Promise<readonly { key: StoredSigningKey; usable: boolean }[]> => {
    const keys = await deps.signingKeys.list()
    const unusable = await unusableKeys(keys, deps.sealer)
    return keys.map((key) => ({ key, usable: !unusable.includes(key) }))
  }
}

/** The keys that can be opened, and the kids of those that cannot: one damaged key keeps nothing from being done with the others. */
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

/** Seals every private half that can be opened with the present MASTER_KEY. Answers how many, and which could not. */
export function createResealSigningKeys(deps: Pick<KeepSigningKeysDeps, 'signingKeys' | 'sealer'>) {
  return async (): Promise<{ resealed: number; damaged: readonly string[] }> => {
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
 * All keys that can be opened, with their private halves, sealed with a passphrase alone: whoever holds both can sign.
 * `file` is null where there is no such key.
 */
export function createBackUpSigningKeys(deps: KeepSigningKeysDeps) {
  return async (
    passphrase: string,
  ): Promise<{ file: string | null; kids: readonly string[]; damaged: readonly string[] }> => {
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
 * Puts back the keys that are missing and mends those that cannot be opened, sealed with the present MASTER_KEY; the
 * others stay as they are. Where another key signs or stands ready by now, one that was missing only verifies. Answers
 * the kids that were put back or mended.
 */
export function createRestoreSigningKeys(deps: KeepSigningKeysDeps) {
  return async (file: string, passphrase: string): Promise<readonly string[]> => {
    const { keys } = backup.parse(JSON.parse(await deps.passphraseSealer.open(file, passphrase)))
    const stored = await deps.signingKeys.list()
    const unusable = await unusableKeys(stored, deps.sealer)
    const restored: string[] = []
    for (const key of keys) {
      const candidate = toStored(deps, key, stored)
      await openKey(candidate, deps.sealer)
      const damaged = unusable.find(({ kid }) => kid === key.kid)
      const isBack =
        damaged === undefined
          ? await deps.signingKeys.insert(candidate)
          : await deps.signingKeys.repair(candidate, damaged.sealedPrivateJwk)
      if (isBack) restored.push(key.kid)
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
  const yields = stored.some(({ state }) => state === 'CURRENT' || state === key.state)
  if (!yields || key.state === 'RETIRING') return { ...rest, sealedPrivateJwk }
  const retiresAt = retirementOf(deps.clock.now())
  return { ...rest, sealedPrivateJwk, state: 'RETIRING', retiresAt }
}
