import type { AttemptSubject } from '../../../domain/attempts/attempt-subject.ts'
import type { AttemptOutcome } from '../../../domain/attempts/lock-out.ts'
import type { Origin } from '../../../domain/origin/origin.ts'
import { AccountLockedProblem, InvalidCodeProblem, InvalidPasskeyProblem } from '../../../domain/problems.ts'
import type { User } from '../../../domain/users/user.ts'
import { countOfTenant } from '../../../lib/observation/metrics.ts'
import type { Deadline } from '../../../lib/time/deadline.ts'
import type { Services } from '../../services.ts'
import { tooEarly } from '../passwords/guard-password.ts'
import type { FactorProof } from './factor-proof.ts'
import {
  type AcceptFactor,
  UsedProofError,
  type VerifyFactorDeps,
  verifyPasskey,
  verifyRecoveryCode,
  verifyTotp,
} from './verify-factor.ts'

export type GuardFactorDeps = VerifyFactorDeps &
  Pick<Services, 'lockOut' | 'auditSink' | 'courier' | 'metrics' | 'alerts'>

/** An attempt to prove a second factor. */
export interface FactorAttempt<T> {
  readonly user: User
  readonly sessionId?: string
  readonly proof: FactorProof
  readonly origin: Origin
  /** The end of all waiting: for other attempts on the account, and for the password hasher. */
  readonly deadline: Deadline
  /** Takes a try before the comparison; returns the number of tries that are left, or throws. Without it tries are not limited. */
  readonly takeTry?: () => Promise<number>
  /**
   * What a right proof allows. It calls `accept` in its transaction, so that the proof is consumed only with it.
   * `counterRegressed`: the counter of the passkey did not increase, so the authenticator may have been copied.
   */
  readonly complete: (accept: AcceptFactor, counterRegressed: boolean) => Promise<T>
}

/**
 * Compares a proof of the second factor, and runs what it allows. Wrong codes share one count of the account, over all
 * sign-ins, addresses, devices and sessions; only a completed proof clears it. A passkey cannot be guessed: it is not kept
 * out by the count. @throws InvalidCodeProblem, InvalidPasskeyProblem, AccountLockedProblem, RateLimitedProblem,
 * UnavailableError, and what `complete` throws; the proof is not consumed then
 */
export type GuardFactor = <T>(attempt: FactorAttempt<T>) => Promise<T>

export function createGuardFactor(deps: GuardFactorDeps): GuardFactor {
  return async function guardFactor<T>(attempt: FactorAttempt<T>): Promise<T> {
    const subject: AttemptSubject = { kind: 'factor', accountId: attempt.user.id }
    if (attempt.proof.kind === 'PASSKEY') {
      const tried = await tryProof(deps, attempt)
      if (tried.completed === null) return refusePasskey(deps, attempt)
      await deps.lockOut.clear(subject)
      return tried.completed.value
    }
    const last: { tried: Tried<T> | null } = { tried: null }
    const compare = async () => {
      last.tried = await tryProof(deps, attempt)
      return last.tried.completed === null ? 'WRONG' : 'RIGHT'
    }
    const outcome = await deps.lockOut.attempt(subject, compare, attempt.deadline)
    if (last.tried?.completed) {
      deps.courier.wake()
      return last.tried.completed.value
    }
    return refuseCode(deps, attempt, outcome, last.tried?.triesLeft ?? null)
  }
}

/** `completed` is null if the proof is wrong. */
interface Tried<T> {
  readonly completed: { readonly value: T } | null
  readonly triesLeft: number | null
}

async function tryProof<T>(deps: GuardFactorDeps, attempt: FactorAttempt<T>): Promise<Tried<T>> {
  const triesLeft = (await attempt.takeTry?.()) ?? null
  const verified = await verify(deps, attempt)
  if (verified === null) return { completed: null, triesLeft }
  try {
    return {
      completed: { value: await attempt.complete(verified.accept, verified.counterRegressed) },
      triesLeft,
    }
  } catch (error) {
    // It was right, but another call has used it in the meantime.
    if (error instanceof UsedProofError) return { completed: null, triesLeft }
    throw error
  }
}

async function verify<T>(
  deps: GuardFactorDeps,
  attempt: FactorAttempt<T>,
): Promise<{ accept: AcceptFactor; counterRegressed: boolean } | null> {
  const { proof } = attempt
  switch (proof.kind) {
    case 'TOTP':
      return withoutCounter(await verifyTotp(deps, { ...attempt, proof }))
    case 'RECOVERY_CODE':
      return withoutCounter(await verifyRecoveryCode(deps, { ...attempt, proof }))
    case 'PASSKEY':
      return verifyPasskey(deps, { ...attempt, proof })
  }
}

function withoutCounter(accept: AcceptFactor | null) {
  return accept === null ? null : { accept, counterRegressed: false }
}

async function refuseCode<T>(
  deps: GuardFactorDeps,
  attempt: FactorAttempt<T>,
  outcome: AttemptOutcome,
  triesLeft: number | null,
): Promise<never> {
  switch (outcome.kind) {
    case 'LOCKED':
      deps.metrics.count('rate_limited', 'lockOut')
      throw locked(deps, outcome.unlocksAt)
    case 'DELAYED':
      deps.metrics.count('rate_limited', 'lockOut')
      await recordFailure(deps, attempt, 'TOO_EARLY', outcome.unlocksAt)
      throw tooEarly(deps, outcome.failuresBefore + 1, outcome.retryAfterMs)
    case 'WRONG': {
      await recordFailure(deps, attempt, `WRONG_${attempt.proof.kind}`, outcome.unlocksAt)
      throw wrongCode(Math.min(outcome.attemptsLeft, triesLeft ?? outcome.attemptsLeft))
    }
    default:
      throw new Error(`A refused proof has the outcome ${outcome.kind}.`)
  }
}

async function refusePasskey<T>(deps: GuardFactorDeps, attempt: FactorAttempt<T>): Promise<never> {
  await recordFailure(deps, attempt, 'WRONG_PASSKEY', null)
  throw new InvalidPasskeyProblem()
}

/** @throws AccountLockedProblem if the failure started a lock */
async function recordFailure<T>(
  deps: GuardFactorDeps,
  {
    user,
    sessionId = null,
    origin,
  }: Pick<FactorAttempt<T>, 'user' | 'origin'> & { sessionId?: string | null },
  reason: string,
  unlocksAt: Date | null,
): Promise<void> {
  const { id: userId, tenantId } = user
  const failure = deps.audit.event('MFA_FAILED', origin, { tenantId, userId, sessionId, reason })
  if (unlocksAt === null) return deps.auditSink.append(failure)
  const details = { subject: 'factor' }
  const lock = { tenantId, userId, sessionId, reason: 'TOO_MANY_FAILURES', details }
  await deps.auditSink.append(failure)
  await deps.auditSink.append(deps.audit.event('ACCOUNT_LOCKED', origin, lock))
  countOfTenant(deps.metrics, 'lockouts', 'factor', tenantId)
  deps.alerts.raise('ACCOUNT_LOCKED', { ...details, tenantId, userId, address: origin.address })
  throw locked(deps, unlocksAt)
}

function wrongCode(attemptsLeft: number): InvalidCodeProblem {
  const advice =
    attemptsLeft === 0 ? 'Sign in again.' : 'Check it and the clock of your device, and try again.'
  return new InvalidCodeProblem(attemptsLeft, `This code is not valid. ${advice}`)
}

function locked({ clock }: GuardFactorDeps, unlocksAt: Date): AccountLockedProblem {
  return new AccountLockedProblem({ by: 'WRONG_CODES', unlocksAt }, clock.now())
}
