import { generateSigningKey } from '../../domain/keys/key-generation.ts'
import { unusableKeys } from '../../domain/keys/key-opening.ts'
import { nextRotationStep, type RotationStep } from '../../domain/keys/key-rotation-policy.ts'
import type { StoredSigningKey } from '../../domain/keys/signing-key.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import type { Services } from '../services.ts'

type RotateKeysDeps = Pick<
  Services,
  'signingKeys' | 'sealer' | 'keys' | 'keyRotation' | 'audit' | 'clock' | 'logger'
>

/** Who wants the keys rotated; null: nobody, what is due is done. */
export interface RotationRequest {
  readonly origin: Origin
  readonly actor: { readonly userId: string; readonly tenantId: string } | null
  readonly asked: boolean
}

/** A NEXT key drawn, one taken over, and a NEXT key drawn again: no rotation has more steps. */
const maxSteps = 3

/**
 * Does what is due with the signing keys: publishes a NEXT key, lets it take over, removes what has retired. Asked for,
 * NEXT takes over at once if it has been published long enough, else as soon as it has. Several processes may do it at
 * once: each step counts only if the keys are still as it has seen them. Answers the keys.
 */
export function createRotateKeys(deps: RotateKeysDeps) {
  return async function rotateKeys(wish: RotationRequest): Promise<readonly StoredSigningKey[]> {
    const now = deps.clock.now()
    let asked = wish.asked
    for (let steps = 0; steps < maxSteps; steps += 1) {
      const keys = await deps.signingKeys.list()
      const unusable = await unusableKeys(keys, deps.sealer)
      const step = nextRotationStep({ keys, unusable }, deps.keyRotation, now, asked)
      if (step.kind === 'NOTHING') break
      await take(deps, step, wish, now)
      // One wish is one change of keys.
      if (step.kind === 'PROMOTE') asked = false
      if (step.kind === 'PLAN') break
    }
    const gone = await deps.signingKeys.removeRetired(now)
    if (gone.length > 0) deps.logger.info({ kids: gone }, 'signing keys have retired')
    await deps.keys.reload()
    return deps.signingKeys.list()
  }
}

async function take(
  deps: RotateKeysDeps,
  step: Exclude<RotationStep, { kind: 'NOTHING' }>,
  { origin, actor }: RotationRequest,
  now: Date,
): Promise<void> {
  if (step.kind === 'PUBLISH_NEXT') {
    const { algorithm, rsaKeyBits } = deps.keyRotation
    const key = await generateSigningKey({ algorithm, rsaKeyBits, now, state: 'NEXT' }, deps.sealer)
    await deps.signingKeys.replaceNext(key, step.replaces)
    return
  }
  const subject = { tenantId: actor?.tenantId ?? null, actorId: actor?.userId ?? null }
  if (step.kind === 'PLAN') {
    const { nextKid, activatesAt } = step
    const details = { to: nextKid, activatesAt: activatesAt.toISOString() }
    const plan = deps.audit.event('SIGNING_KEYS_ROTATED', origin, { ...subject, reason: 'PLANNED', details })
    return deps.signingKeys.planNext(nextKid, activatesAt, plan)
  }
  const { nextKid, currentKid, retiresAt } = step
  const details = { from: currentKid, to: nextKid }
  const audit = deps.audit.event('SIGNING_KEYS_ROTATED', origin, { ...subject, details })
  const promoted = await deps.signingKeys.promote({ nextKid, currentKid, retiresAt, now, audit })
  if (promoted) deps.logger.info({ from: currentKid, to: nextKid }, 'another signing key signs from now on')
}
