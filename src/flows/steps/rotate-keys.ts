import { generateSigningKey } from '../../domain/keys/key-generation.ts'
import { unusableKeys } from '../../domain/keys/key-opening.ts'
import { nextRotationStep, type RotationStep } from '../../domain/keys/key-rotation-policy.ts'
import type { StoredSigningKey } from '../../domain/keys/signing-key.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { BadArgumentError } from '../../domain/refusals.ts'
import type { Services } from '../services.ts'

type RotateKeysDeps = Pick<
  Services,
  'signingKeys' | 'sealer' | 'keys' | 'keyRotation' | 'audit' | 'clock' | 'logger'
>

export interface RotationRequest {
  readonly origin: Origin
  /** The administrator who requested the rotation; null: only the steps that are due are taken. */
  readonly actor: { readonly userId: string; readonly tenantId: string } | null
}

/** A rotation has at most three steps: publish a NEXT key, promote it, publish another NEXT key. */
const maxSteps = 3

/**
 * Takes the steps that are due: publishes a NEXT key, promotes it, removes retired keys. If an administrator requests
 * it, NEXT is promoted immediately if it has been published long enough, otherwise as soon as it has. Several
 * processes may run it at the same time: each step takes effect only if the keys are unchanged since they were read.
 * Returns all keys.
 */
export function createRotateKeys(deps: RotateKeysDeps) {
  return async function rotateKeys(request: RotationRequest): Promise<readonly StoredSigningKey[]> {
    if (deps.signingKeys.managedOutside) return keysFromOutside(deps, request)
    const now = deps.clock.now()
    let requested = request.actor !== null
    for (let steps = 0; steps < maxSteps; steps += 1) {
      const keys = await deps.signingKeys.list()
      const unusable = await unusableKeys(keys, deps.sealer)
      const step = nextRotationStep({ keys, unusable }, deps.keyRotation, now, requested)
      if (step.kind === 'NOTHING') break
      await take(deps, step, request, now)
      // One request promotes one key.
      if (step.kind === 'PROMOTE') requested = false
      if (step.kind === 'PLAN') break
    }
    const removed = await deps.signingKeys.removeRetired(now)
    if (removed.length > 0) deps.logger.info({ kids: removed }, 'retired signing keys removed')
    await deps.keys.reload()
    return deps.signingKeys.list()
  }
}

/** Reads the keys again. @throws BadArgumentError if an administrator requests a rotation */
async function keysFromOutside(
  { keys, signingKeys }: Pick<RotateKeysDeps, 'keys' | 'signingKeys'>,
  { actor }: RotationRequest,
): Promise<readonly StoredSigningKey[]> {
  if (actor !== null)
    throw new BadArgumentError(
      'The signing keys are managed outside of the service, in the file that SIGNING_KEYS_FILE names. Rotate them there.',
    )
  await keys.reload()
  return signingKeys.list()
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
    await deps.signingKeys.replaceNext(key, step.replaces, null)
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
  if (promoted)
    deps.logger.info({ from: currentKid, to: nextKid }, 'signing key promoted: it signs from now on')
}
