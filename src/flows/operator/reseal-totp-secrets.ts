import { totpSealingPurpose } from '../../domain/factors/totp.ts'
import type { SealedTotp } from '../../domain/factors/totp-store.ts'
import type { FlowDeps } from '../flow-deps.ts'

type ResealTotpDeps = Pick<FlowDeps, 'totpSecrets' | 'sealer'>

/** Rows that are read at a time. */
const batchSize = 500

/**
 * Seals every secret of authenticator apps that can be opened with the current MASTER_KEY. Returns how many, and the ids of
 * those that cannot be opened. A secret that changes meanwhile is sealed with the current key anyway.
 */
export function createResealTotpSecrets(deps: ResealTotpDeps) {
  return async function resealTotpSecrets(): Promise<{ resealed: number; damaged: readonly string[] }> {
    const damaged: string[] = []
    let resealed = 0
    let last: string | null = null
    for (;;) {
      const batch: readonly SealedTotp[] = await deps.totpSecrets.listSealed(last, batchSize)
      for (const secret of batch) {
        const sealed = sealAgain(deps, secret)
        if (sealed === null) damaged.push(secret.id)
        else if (await deps.totpSecrets.reseal(secret.id, secret.sealedSecret, sealed)) resealed += 1
      }
      last = batch.at(-1)?.id ?? null
      if (last === null || batch.length < batchSize) return { resealed, damaged }
    }
  }
}

/** Null for a secret that is damaged, or was sealed with another key. */
function sealAgain(
  { sealer }: Pick<ResealTotpDeps, 'sealer'>,
  { userId, sealedSecret }: SealedTotp,
): Uint8Array<ArrayBuffer> | null {
  const purpose = totpSealingPurpose(userId)
  try {
    return sealer.seal(sealer.open(sealedSecret, purpose), purpose)
  } catch {
    return null
  }
}
