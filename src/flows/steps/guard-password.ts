import type { Guess } from '../../domain/attempts/guess-patterns.ts'
import type { AttemptSubject } from '../../domain/attempts/lock-out.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { AccountLockedProblem, InvalidCredentialsProblem, RateLimitedProblem } from '../../domain/problems.ts'
import type { User } from '../../domain/users/user.ts'
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

/** Somebody is about to have a password compared. */
export interface PasswordAttempt {
  /** Which count it goes to. */
  readonly subject: AttemptSubject
  /** Whose password it is; null for an identifier without an account. */
  readonly user: User | null
  readonly sessionId?: string
  /** What a wrong password is called in the audit log. */
  readonly reason: string
  readonly origin: Origin
  /** What a stranger guessed, to be seen beside the guesses of others; left out where somebody proves his own. */
  readonly guess?: Omit<Guess, 'address'>
  compare(): Promise<boolean>
}

/** What preceded a right password. */
export interface AttemptHistory {
  /** Wrong passwords in the window, on the same count. */
  readonly failuresBefore: number
}

/**
 * Lets a password be compared, if it may, and returns if it was right. Everything else is recorded and thrown: a failure
 * writes one audit row, and so many failures lock; a lock writes one more row and one mail, to nobody where there is no
 * account or the owner has heard of ten in an hour: whoever caused them may have registered somebody else's address; what is refused by a lock writes nothing, since a storm of it must not fill the log.
 * @throws InvalidCredentialsProblem, AccountLockedProblem, RateLimitedProblem, UnavailableError
 */
export type GuardPassword = (attempt: PasswordAttempt) => Promise<AttemptHistory>

export function createGuardPassword(deps: GuardPasswordDeps): GuardPassword {
  /** With the failure that led to it, in one transaction: the same statements with and without an account. */
  async function recordLock(attempt: PasswordAttempt, failure: string): Promise<void> {
    const { user, origin, subject } = attempt
    const details = { subject: subject.kind }
    await deps.transaction(async (stores) => {
      await stores.audit.append(failed(attempt, failure))
      const locked = { ...aboutOf(attempt), reason: 'TOO_MANY_FAILURES', details }
      await stores.audit.append(deps.audit.event('ACCOUNT_LOCKED', origin, locked))
      await postNoticeOrDecoy(stores, deps.mails.accountLocked(user), deps.mails.accountLocked(null))
    })
    deps.courier.wake()
    deps.metrics.count('lockouts', subject.kind === 'account' ? 'login' : subject.kind)
    deps.alerts.raise('ACCOUNT_LOCKED', { ...details, userId: user?.id ?? null, address: origin.address })
  }

  function failed(attempt: PasswordAttempt, reason: string) {
    return deps.audit.event('LOGIN_FAILED', attempt.origin, { ...aboutOf(attempt), reason })
  }

  function locked(unlocksAt: Date): AccountLockedProblem {
    const leftMs = unlocksAt.getTime() - deps.clock.now().getTime()
    return new AccountLockedProblem({ unlocksAt, retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1000)) })
  }

  function tooEarly(failures: number, retryAfterMs: number): RateLimitedProblem {
    const { rules } = deps.lockOut
    return new RateLimitedProblem({
      limit: rules.failures,
      remaining: Math.max(0, rules.failures - failures),
      retryAfterSeconds: Math.ceil(retryAfterMs / 1000),
      resetsAt: new Date(deps.clock.now().getTime() + rules.windowSeconds * 1000),
    })
  }

  return async (attempt) => {
    const outcome = await deps.lockOut.attempt(attempt.subject, () => attempt.compare())
    if (outcome.kind === 'RIGHT') return { failuresBefore: outcome.failuresBefore }
    if (outcome.kind === 'LOCKED') {
      deps.metrics.count('rate_limited', 'lockOut')
      throw locked(outcome.unlocksAt)
    }
    const failure = outcome.kind === 'WRONG' ? attempt.reason : 'TOO_EARLY'
    if (outcome.kind === 'WRONG' && attempt.guess) await deps.watchGuesses(attempt.guess, attempt.origin)
    if (outcome.unlocksAt !== null) {
      await recordLock(attempt, failure)
      throw locked(outcome.unlocksAt)
    }
    await deps.auditSink.append(failed(attempt, failure))
    if (outcome.kind === 'WRONG') throw new InvalidCredentialsProblem()
    deps.metrics.count('rate_limited', 'lockOut')
    throw tooEarly(outcome.failuresBefore + 1, outcome.retryAfterMs)
  }
}

function aboutOf({ user, sessionId }: PasswordAttempt) {
  return { tenantId: user?.tenantId ?? null, userId: user?.id ?? null, sessionId: sessionId ?? null }
}
