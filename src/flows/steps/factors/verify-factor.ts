import type { PasskeyCeremony } from '../../../domain/factors/passkey-ceremony.ts'
import { maxTotpFailures, totpSealingPurpose } from '../../../domain/factors/totp.ts'
import type { Origin } from '../../../domain/origin/origin.ts'
import { InvalidCodeProblem, Problem } from '../../../domain/problems.ts'
import { describeDevice } from '../../../domain/sessions/device.ts'
import type { Stores } from '../../../domain/transaction.ts'
import type { User } from '../../../domain/users/user.ts'
import type { Deadline } from '../../../lib/time/deadline.ts'
import type { Services } from '../../services.ts'
import { postNotice } from '../mails/post-mail.ts'
import type { FactorProof } from './factor-proof.ts'

export type VerifyFactorDeps = Pick<
  Services,
  'totpSecrets' | 'recoveryCodes' | 'totp' | 'sealer' | 'passkeys' | 'hasher' | 'mails' | 'audit' | 'clock'
>

/** A right proof was used by another call before the transaction that consumes it. */
export class UsedProofError extends Problem {
  override readonly code = 'INVALID_CODE'
  constructor() {
    super('The proof was used before.')
  }
}

/** Consumes a right proof in the transaction of what it allows. @throws UsedProofError */
export type AcceptFactor = (stores: Stores) => Promise<void>

/** Uses the ceremony of a proof. @throws UsedProofError if its token was used before */
export async function useCeremony(
  { usedCeremonies }: Pick<Stores, 'usedCeremonies'>,
  ceremony: PasskeyCeremony,
): Promise<void> {
  if (!(await usedCeremonies.use(ceremony))) throw new UsedProofError()
}

interface ProofOf<Kind extends FactorProof['kind']> {
  readonly user: User
  readonly proof: Extract<FactorProof, { kind: Kind }>
  readonly origin: Origin
  readonly deadline: Deadline
}

/**
 * Compares a code of the authenticator app. Null if it is wrong, or the account has no app; the wrong code is counted then.
 * @throws InvalidCodeProblem, without a comparison, after too many wrong codes in a row
 */
export async function verifyTotp(
  deps: VerifyFactorDeps,
  attempt: ProofOf<'TOTP'>,
): Promise<AcceptFactor | null> {
  const { user, proof } = attempt
  const stored = await deps.totpSecrets.findConfirmed(user.id)
  if (stored === null) return null
  if (stored.failures >= maxTotpFailures) throw tooManyCodes()
  const now = deps.clock.now()
  const secret = deps.sealer.open(stored.sealedSecret, totpSealingPurpose(user.id))
  const step = deps.totp.findStep(secret, proof.code, now)
  if (step === null) {
    await deps.totpSecrets.noteFailure(stored.id)
    return null
  }
  return async (stores) => {
    if (!(await stores.totpSecrets.accept(stored.id, step, now))) throw new UsedProofError()
  }
}

/**
 * Compares a recovery code with the one that has its number: one comparison, also if there is none. Null if it is wrong. The
 * use of a code is mailed: wake the courier.
 */
export async function verifyRecoveryCode(
  deps: VerifyFactorDeps,
  { user, proof: { code }, origin, deadline }: ProofOf<'RECOVERY_CODE'>,
): Promise<AcceptFactor | null> {
  const stored = await deps.recoveryCodes.findUnused(user.id, code.number)
  const password = stored === null ? null : { ...stored, changedAt: stored.createdAt }
  if (!(await deps.hasher.verify(code.text, password, deadline)) || stored === null) return null
  const now = deps.clock.now()
  const { id: userId, tenantId } = user
  const used = deps.audit.event('RECOVERY_CODE_USED', origin, {
    tenantId,
    userId,
    details: { number: code.number },
  })
  return async (stores) => {
    if (!(await stores.recoveryCodes.consume(userId, stored, now))) throw new UsedProofError()
    await stores.totpSecrets.forgetFailures(userId)
    await stores.audit.append(used)
    const device = describeDevice(origin.userAgent, {}, origin.mobile)
    const codesLeft = await stores.recoveryCodes.countUnused(userId)
    const mail = deps.mails(origin).factors.recoveryCodeUsed(user, { device, createdAt: now }, codesLeft)
    await postNotice(stores, mail)
  }
}

/** Verifies a passkey. Null if the response is not valid. @throws InvalidInputProblem for a malformed response */
export async function verifyPasskey(
  { passkeys, clock }: VerifyFactorDeps,
  { user, proof: { response, challenge }, origin: { requestId } }: ProofOf<'PASSKEY'>,
): Promise<{ accept: AcceptFactor; counterRegressed: boolean } | null> {
  if (challenge === null) return null
  const verified = await passkeys.verify(response, { userId: user.id, challenge, requestId })
  if (verified === null) return null
  const accept: AcceptFactor = async (stores) => {
    if (!(await verified.accept(stores, clock.now()))) throw new UsedProofError()
    await stores.totpSecrets.forgetFailures(user.id)
  }
  return { accept, counterRegressed: verified.counterRegressed }
}

function tooManyCodes(): InvalidCodeProblem {
  return new InvalidCodeProblem(
    null,
    'Codes of the authenticator app are refused after too many wrong ones. Use a recovery code or a passkey, or contact an administrator.',
  )
}
