import type { AttemptSubject } from '../../../domain/attempts/attempt-subject.ts'
import type { Guess } from '../../../domain/attempts/guess-patterns.ts'
import type { AttemptOutcome, ComparisonVerdict } from '../../../domain/attempts/lock-out.ts'
import type { AuditEvent } from '../../../domain/audit/audit-event.ts'
import type { Origin } from '../../../domain/origin/origin.ts'
import {
  AccountLockedProblem,
  InvalidCredentialsProblem,
  RateLimitedProblem,
} from '../../../domain/problems.ts'
import type { User } from '../../../domain/users/user.ts'
import { countOfTenant } from '../../../lib/observation/metrics.ts'
import { errorText } from '../../../lib/text/error-text.ts'
import type { Deadline } from '../../../lib/time/deadline.ts'
import type { Services } from '../../services.ts'
import { postNoticeOrDecoy } from '../mails/post-mail.ts'
import type { WatchGuesses } from './watch-guesses.ts'

export interface GuardPasswordDeps
  extends Pick<
    Services,
    | 'lockOut'
    | 'transaction'
    | 'audit'
    | 'auditSink'
    | 'mails'
    | 'courier'
    | 'metrics'
    | 'alerts'
    | 'background'
    | 'logger'
    | 'clock'
  > {
  readonly watchGuesses: WatchGuesses
}

/**
 * The result of a comparison. RIGHT_SO_FAR: the password is right, and a second step is required: only the completed
 * sign-in forgets wrong passwords, otherwise each right one would grant new guesses. UNVERIFIED: the password is that of a
 * registration whose address is not verified, and matches it for the first time, which counts as a failure.
 * UNVERIFIED_AGAIN: it has matched before.
 */
export type Comparison = 'RIGHT' | 'RIGHT_SO_FAR' | 'WRONG' | 'UNVERIFIED' | 'UNVERIFIED_AGAIN'

/** Thrown for the password of a registration whose address is not verified. */
export class UnverifiedError extends Error {
  override readonly name = 'UnverifiedError'
}

/** An attempt to prove a password. */
export interface PasswordAttempt {
  /** The count that a failure goes to. */
  readonly subject: AttemptSubject
  /** The tenant in which the identifier was sought; null if there is no such tenant. Its log has the failures. */
  readonly tenantId: string | null
  /** The owner of the password; null for an identifier without an account. */
  readonly user: User | null
  readonly sessionId?: string
  /** Reason in the audit event of a wrong password. */
  readonly reason: string
  readonly origin: Origin
  /** Compared with other guesses to detect attack patterns. Omitted if a signed-in user proves their own password. */
  readonly guess?: Omit<Guess, 'address'>
  /** The end of all waiting of this attempt: for other attempts on the subject, and for the password hasher. */
  readonly deadline: Deadline
  /** With `inVain`, it does the same work and never returns RIGHT: the account is locked, and the response must not reveal it. */
  compare(inVain: boolean): Promise<Comparison>
}

/** What preceded a correct password. */
export interface AttemptHistory {
  /** Number of wrong passwords on the same count within the window. */
  readonly failuresBefore: number
}

/**
 * Compares a password if the lock-out rules allow it, and returns if it is correct. Every other outcome is recorded
 * and thrown: a failure writes one audit row, and the maximum number of failures starts a lock. Locking writes one
 * more audit row and one mail. The mail is a decoy if there is no account, or if the owner has already received ten
 * within the hour: the caller may have registered an address of another person. Attempts refused by an existing lock
 * write nothing, so that a flood cannot fill the log. @throws InvalidCredentialsProblem, AccountLockedProblem,
 * RateLimitedProblem, UnavailableError, UnverifiedError
 */
export type GuardPassword = (attempt: PasswordAttempt) => Promise<AttemptHistory>

export function createGuardPassword(deps: GuardPasswordDeps): GuardPassword {
  return async function guardPassword(attempt) {
    const { outcome, compared } = await tryPassword(deps, attempt)
    switch (outcome.kind) {
      case 'RIGHT':
        return { failuresBefore: outcome.failuresBefore }
      case 'LOCKED':
        deps.metrics.count('rate_limited', 'lockOut')
        throw locked(deps, outcome.unlocksAt)
      case 'UNCOUNTED':
        if (compared === 'RIGHT_SO_FAR') return { failuresBefore: outcome.failuresBefore }
        await deps.auditSink.append(failureEvent(deps, attempt, 'EMAIL_NOT_VERIFIED'))
        throw new UnverifiedError()
      case 'DELAYED':
        await recordFailure(deps, attempt, 'TOO_EARLY', outcome.unlocksAt)
        deps.metrics.count('rate_limited', 'lockOut')
        throw tooEarly(deps, outcome.failuresBefore + 1, outcome.retryAfterMs)
      case 'WRONG': {
        const unverified = compared === 'UNVERIFIED'
        if (attempt.guess) await deps.watchGuesses(attempt.guess, attempt.tenantId, attempt.origin)
        if (outcome.silentLock) recordSilentLock(deps, attempt)
        const reason = unverified ? 'EMAIL_NOT_VERIFIED' : attempt.reason
        await recordFailure(deps, attempt, reason, outcome.unlocksAt)
        throw unverified ? new UnverifiedError() : wrong(attempt.subject, outcome.attemptsLeft)
      }
    }
  }
}

const verdicts = {
  RIGHT: 'RIGHT',
  RIGHT_SO_FAR: 'UNCOUNTED',
  WRONG: 'WRONG',
  UNVERIFIED: 'WRONG',
  UNVERIFIED_AGAIN: 'UNCOUNTED',
} as const satisfies Record<Comparison, ComparisonVerdict>

async function tryPassword(
  { lockOut }: GuardPasswordDeps,
  attempt: PasswordAttempt,
): Promise<{ outcome: AttemptOutcome; compared: Comparison | null }> {
  let compared: Comparison | null = null
  const outcome = await lockOut.attempt(
    attempt.subject,
    async (inVain) => {
      compared = await attempt.compare(inVain)
      return verdicts[compared]
    },
    attempt.deadline,
  )
  return { outcome, compared }
}

/** @throws AccountLockedProblem if the failure started a lock that the response reports */
async function recordFailure(
  deps: GuardPasswordDeps,
  attempt: PasswordAttempt,
  reason: string,
  unlocksAt: Date | null,
): Promise<void> {
  const failure = failureEvent(deps, attempt, reason)
  if (unlocksAt === null) return deps.auditSink.append(failure)
  await recordLock(deps, attempt, [failure, lockEvent(deps, attempt)])
  throw locked(deps, unlocksAt)
}

/**
 * Events and mail in one transaction: the same statements with and without an account.
 */
async function recordLock(
  deps: GuardPasswordDeps,
  { tenantId, user, origin, subject }: PasswordAttempt,
  events: readonly AuditEvent[],
): Promise<void> {
  await deps.transaction(async (stores) => {
    const mails = deps.mails(origin)
    // First, since it locks the row of the account: the events lock it more weakly, and two locks at once would deadlock.
    await postNoticeOrDecoy(stores, mails.accountLocked(user), mails.accountLocked(null))
    await stores.audit.appendAll(events)
  })
  deps.courier.wake()
  countOfTenant(deps.metrics, 'lockouts', subject.kind === 'account' ? 'login' : subject.kind, tenantId)
  const details = { subject: subject.kind, tenantId, userId: user?.id ?? null, address: origin.address }
  deps.alerts.raise('ACCOUNT_LOCKED', details)
}

/**
 * No response waits for it: its time would reveal that the account is locked, and thereby which identifiers are one
 * account. If the transaction fails, the event alone is written, once the database is available.
 */
function recordSilentLock(deps: GuardPasswordDeps, attempt: PasswordAttempt): void {
  const event = lockEvent(deps, attempt)
  const failed = (error: unknown) => {
    const facts = { userId: event.userId, error: errorText(error) }
    deps.logger.error(facts, 'a lock was not recorded, and its owner gets no mail')
    deps.background.run(
      () => deps.auditSink.append(event),
      () => undefined,
    )
  }
  deps.background.run(() => recordLock(deps, attempt, [event]), failed)
}

function lockEvent(deps: GuardPasswordDeps, attempt: PasswordAttempt): AuditEvent {
  const details = { subject: attempt.subject.kind }
  const about = { ...auditSubject(attempt), reason: 'TOO_MANY_FAILURES', details }
  return deps.audit.event('ACCOUNT_LOCKED', attempt.origin, about)
}

function failureEvent({ audit }: GuardPasswordDeps, attempt: PasswordAttempt, reason: string) {
  return audit.event('LOGIN_FAILED', attempt.origin, { ...auditSubject(attempt), reason })
}

function auditSubject({ tenantId, user, sessionId }: PasswordAttempt) {
  return { tenantId, userId: user?.id ?? null, sessionId: sessionId ?? null }
}

/** Only a known device learns how many attempts are left: for others the number would reveal whether there is an account. */
function wrong(subject: AttemptSubject, attemptsLeft: number): InvalidCredentialsProblem {
  return new InvalidCredentialsProblem(subject.kind === 'device' ? attemptsLeft : null)
}

function locked({ clock }: GuardPasswordDeps, unlocksAt: Date): AccountLockedProblem {
  return new AccountLockedProblem({ by: 'FAILED_ATTEMPTS', unlocksAt }, clock.now())
}

/** The answer to an attempt that came too soon after a failure. */
export function tooEarly(
  { lockOut: { rules }, clock }: Pick<GuardPasswordDeps, 'lockOut' | 'clock'>,
  failures: number,
  retryAfterMs: number,
): RateLimitedProblem {
  return new RateLimitedProblem({
    limit: rules.failures,
    remaining: Math.max(0, rules.failures - failures),
    retryAfterSeconds: Math.ceil(retryAfterMs / 1000),
    resetsAt: new Date(clock.now().getTime() + rules.windowSeconds * 1000),
  })
}
