import type { Guess } from '../../domain/attempts/guess-patterns.ts'
import type { AttemptSubject } from '../../domain/attempts/lock-out.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { AccountLockedProblem, InvalidCredentialsProblem, RateLimitedProblem } from '../../domain/problems.ts'
import type { User } from '../../domain/users/user.ts'
import type { Deadline } from '../../lib/deadline.ts'
import type { Services } from '../services.ts'
import { postNoticeOrDecoy } from './post-mail.ts'
import type { WatchGuesses } from './watch-guesses.ts'

export interface GuardPasswordDeps
  extends Pick<
    Services,
    'lockOut' | 'transaction' | 'audit' | 'auditSink' | 'mails' | 'courier' | 'metrics' | 'alerts' | 'clock'
  > {
  readonly watchGuesses: WatchGuesses
}

/** An attempt to prove a password. */
export interface PasswordAttempt {
  /** The count that a failure goes to. */
  readonly subject: AttemptSubject
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
  /** With `inVain`, it does the same work and returns false: the account is locked, and the response must not reveal it. */
  compare(deadline: Deadline, inVain: boolean): Promise<boolean>
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
 * RateLimitedProblem, UnavailableError
 */
export type GuardPassword = (attempt: PasswordAttempt) => Promise<AttemptHistory>

export function createGuardPassword(deps: GuardPasswordDeps): GuardPassword {
  return async function guardPassword(attempt) {
    const { subject, deadline } = attempt
    const outcome = await deps.lockOut.attempt(
      subject,
      (inVain) => attempt.compare(deadline, inVain),
      deadline,
    )
    if (outcome.kind === 'RIGHT') return { failuresBefore: outcome.failuresBefore }
    if (outcome.kind === 'LOCKED') {
      deps.metrics.count('rate_limited', 'lockOut')
      throw locked(deps, outcome.unlocksAt)
    }
    const failure = outcome.kind === 'WRONG' ? attempt.reason : 'TOO_EARLY'
    if (outcome.kind === 'WRONG' && attempt.guess) await deps.watchGuesses(attempt.guess, attempt.origin)
    if (outcome.unlocksAt !== null) {
      await recordLock(deps, attempt, failure)
      throw locked(deps, outcome.unlocksAt)
    }
    if (outcome.kind === 'WRONG' && outcome.silentLock) await recordLock(deps, attempt, failure)
    else await deps.auditSink.append(failureEvent(deps, attempt, failure))
    if (outcome.kind === 'WRONG') throw wrong(subject, outcome.attemptsLeft)
    deps.metrics.count('rate_limited', 'lockOut')
    throw tooEarly(deps, outcome.failuresBefore + 1, outcome.retryAfterMs)
  }
}

/** In one transaction with the failure that caused the lock: the same statements with and without an account. */
async function recordLock(deps: GuardPasswordDeps, attempt: PasswordAttempt, failure: string): Promise<void> {
  const { user, origin, subject } = attempt
  const details = { subject: subject.kind }
  await deps.transaction(async (stores) => {
    await stores.audit.append(failureEvent(deps, attempt, failure))
    const about = { ...auditSubject(attempt), reason: 'TOO_MANY_FAILURES', details }
    await stores.audit.append(deps.audit.event('ACCOUNT_LOCKED', origin, about))
    await postNoticeOrDecoy(stores, deps.mails.accountLocked(user), deps.mails.accountLocked(null))
  })
  deps.courier.wake()
  deps.metrics.count('lockouts', subject.kind === 'account' ? 'login' : subject.kind)
  deps.alerts.raise('ACCOUNT_LOCKED', { ...details, userId: user?.id ?? null, address: origin.address })
}

function failureEvent({ audit }: GuardPasswordDeps, attempt: PasswordAttempt, reason: string) {
  return audit.event('LOGIN_FAILED', attempt.origin, { ...auditSubject(attempt), reason })
}

function auditSubject({ user, sessionId }: PasswordAttempt) {
  return { tenantId: user?.tenantId ?? null, userId: user?.id ?? null, sessionId: sessionId ?? null }
}

/** Only a known device learns how many attempts are left: for others the number would reveal whether there is an account. */
function wrong(subject: AttemptSubject, attemptsLeft: number): InvalidCredentialsProblem {
  return new InvalidCredentialsProblem(subject.kind === 'device' ? attemptsLeft : null)
}

function locked({ clock }: GuardPasswordDeps, unlocksAt: Date): AccountLockedProblem {
  return new AccountLockedProblem({ by: 'FAILED_ATTEMPTS', unlocksAt }, clock.now())
}

function tooEarly(
  { lockOut: { rules }, clock }: GuardPasswordDeps,
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
