import { allowsEnrolment } from '../../domain/factors/mfa-policy.ts'
import { readTotpCode, type StoredTotp, totpSealingPurpose } from '../../domain/factors/totp.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidCodeProblem } from '../../domain/problems.ts'
import type { TenantRules } from '../../domain/tenants/tenant-rules.ts'
import { type Revocation, rememberedUntil } from '../../domain/tokens/revocation.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { continueSignIn, type EnrolledSignIn } from '../steps/factors/continue-sign-in.ts'
import {
  assertStillRequired,
  type Enroller,
  type EnrolmentRequest,
  type FindEnrollerDeps,
  findEnroller,
  usableBy,
} from '../steps/factors/find-enroller.ts'
import { keepSession } from '../steps/factors/keep-session.ts'
import { recordFactorChange } from '../steps/factors/record-factor-change.ts'
import { type NewRecoveryCodes, newRecoveryCodes, storeFirstCodes } from '../steps/factors/recovery-codes.ts'
import { attemptRevocation } from '../steps/sessions/attempt-revocation.ts'
import { enrolmentOff } from './start-passkey-registration.ts'

type ConfirmTotpDeps = FindEnrollerDeps &
  Pick<
    FlowDeps,
    | 'ids'
    | 'tenants'
    | 'totpSecrets'
    | 'recoveryCodes'
    | 'totp'
    | 'sealer'
    | 'hasher'
    | 'transaction'
    | 'revocations'
    | 'mails'
    | 'courier'
    | 'audit'
    | 'clock'
  >

export interface TotpConfirmed {
  /** Shown once; null: the account has unused ones. */
  readonly recoveryCodes: readonly string[] | null
  readonly revokedSessions: number
  /** Completes the sign-in during which the factor was enrolled; null in a session. */
  readonly enrolled: EnrolledSignIn | null
}

/** A code that matches the unconfirmed secret. */
interface Confirmation {
  readonly enroller: Enroller
  readonly rules: TenantRules
  readonly secret: StoredTotp
  readonly step: number
  readonly codes: NewRecoveryCodes | null
  readonly origin: Origin
  readonly now: Date
}

/**
 * Confirms an authenticator app by its first code. From then on a sign-in with the password requires a second step. Other
 * sessions end, because they began without it. An app that was confirmed before is replaced.
 * @throws the errors of findEnroller, InvalidCodeProblem, InvalidInputProblem if no one may enrol a factor
 */
export function createConfirmTotp(deps: ConfirmTotpDeps) {
  return async function confirmTotp(raw: string, request: EnrolmentRequest): Promise<TotpConfirmed> {
    const { origin } = request
    const enroller = await findEnroller(deps, request)
    const rules = await deps.tenants.rulesOf(enroller.tenantId)
    if (!allowsEnrolment(rules.mfa)) throw enrolmentOff()
    const deadline = deps.hasher.newDeadline()
    const { secret, step } = await matchCode(deps, raw, enroller.userId)
    const isFirst = (await deps.recoveryCodes.countUnused(enroller.userId)) === 0
    const codes = isFirst ? await newRecoveryCodes(deps, deadline) : null
    const confirmation = { enroller, rules, secret, step, codes, origin, now: deps.clock.now() }
    const work = deps.transaction((stores) => confirm(deps, stores, confirmation))
    const { recoveryCodes, revocations, enrolled } = await attemptRevocation(deps, work)
    deps.revocations.announce(revocations)
    deps.courier.wake()
    return { recoveryCodes, revokedSessions: revocations.length, enrolled }
  }
}

async function matchCode(
  deps: ConfirmTotpDeps,
  raw: string,
  userId: string,
): Promise<{ secret: StoredTotp; step: number }> {
  const code = readTotpCode(raw)
  const secret = await deps.totpSecrets.findUnconfirmed(userId)
  if (secret === null)
    throw new InvalidCodeProblem(
      null,
      'No authenticator app waits for its first code. Call startTotpEnrolment.',
    )
  const plain = deps.sealer.open(secret.sealedSecret, totpSealingPurpose(userId))
  const step = code === null ? null : deps.totp.findStep(plain, code, deps.clock.now())
  if (step === null)
    throw new InvalidCodeProblem(
      null,
      'This code is not valid. Check it and the clock of your device, and try again.',
    )
  return { secret, step }
}

async function confirm(deps: ConfirmTotpDeps, stores: Stores, confirmation: Confirmation) {
  const { enroller, rules, secret, step, codes, origin, now } = confirmation
  const { sessionId } = enroller
  const locked = await stores.accounts.lock(enroller.userId, enroller.tokenVersion)
  const user = usableBy(enroller, locked, now)
  await assertStillRequired(stores, enroller, now)
  const confirmed = await stores.totpSecrets.confirm(secret, step, now)
  if (confirmed === null)
    throw new InvalidCodeProblem(null, 'Another enrolment has begun. Use the code of the latest one.')
  const change = { change: 'ADDED', factor: 'TOTP', id: secret.id, replaced: confirmed.replaced } as const
  await recordFactorChange(deps, stores, { user, sessionId, change, origin, now })
  const recoveryCodes = await storeFirstCodes(deps, stores, { user, sessionId, codes, origin })
  const ended = await endOtherSessions(deps, stores, user, confirmation)
  await keepSession(stores, enroller, user, rules.sessions, now)
  const enrolled = await continueSignIn(deps, stores, enroller, 'TOTP')
  return { recoveryCodes, revocations: ended, enrolled }
}

async function endOtherSessions(
  { audit }: ConfirmTotpDeps,
  stores: Stores,
  { id: userId, tenantId }: User,
  { enroller, origin, now }: Confirmation,
): Promise<readonly Revocation[]> {
  const reason = 'FACTOR_ADDED'
  const event = audit.event('SESSION_REVOKED', origin, { tenantId, userId, reason })
  const expiresAt = rememberedUntil(now)
  const ended = await stores.sessions.revokeAll(
    { userId, exceptSessionId: enroller.sessionId },
    { now, revokedBy: userId, reason, rememberUntil: expiresAt, audit: event },
  )
  return ended.map((sessionId) => ({ kind: 'SESSION', sessionId, expiresAt }))
}
