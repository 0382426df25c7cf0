import type { GuessPatterns } from '../../domain/attempts/guess-patterns.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import type { Deadline } from '../../lib/time/deadline.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { type AttemptHistory, type Comparison, UnverifiedError } from '../steps/passwords/guard-password.ts'
import { attemptSubjectOf, type LoginTarget } from './login-target.ts'

export type ProveLoginDeps = Pick<
  FlowDeps,
  'guardPassword' | 'guessPatterns' | 'hasher' | 'pendingRegistrations' | 'clock'
>

interface LoginAttempt {
  readonly target: LoginTarget
  readonly password: string
  readonly origin: Origin
  readonly deadline: Deadline
}

/** The history and the guess patterns of a correct password. */
export interface ProvenPassword extends AttemptHistory {
  /** The patterns of guesses that it could belong to. Never rejects. */
  readonly patterns: ReturnType<GuessPatterns['seen']>
}

/**
 * Proves the password of the account. UNVERIFIED: it is the password of a pending registration of the address.
 * @throws InvalidCredentialsProblem, AccountLockedProblem, RateLimitedProblem, UnavailableError
 */
export function createProveLogin(deps: ProveLoginDeps) {
  return async function proveLogin(attempt: LoginAttempt): Promise<ProvenPassword | 'UNVERIFIED'> {
    const { target, password, origin, deadline } = attempt
    const { tenant, tenantId, identifier } = target
    let patterns: ProvenPassword['patterns'] | null = null
    const findPatterns = () => deps.guessPatterns.seen(origin.address, password)
    try {
      const history = await deps.guardPassword({
        subject: attemptSubjectOf(target),
        tenantId,
        user: target.candidate?.user ?? null,
        reason: 'INVALID_CREDENTIALS',
        origin,
        guess: { tenant, identifier, password },
        deadline,
        compare: async (inVain) => {
          const comparison = await compare(deps, attempt, inVain)
          // Begins here: in the turn in which the failures of the account are cleared, both are one message to Redis.
          if (comparison === 'RIGHT' || comparison === 'RIGHT_SO_FAR') patterns = findPatterns()
          return comparison
        },
      })
      // `guardPassword` returns after a correct password only, so the patterns are known; the second look-up is for the compiler.
      return { ...history, patterns: patterns ?? findPatterns() }
    } catch (error) {
      if (error instanceof UnverifiedError) return 'UNVERIFIED'
      throw error
    }
  }
}

/**
 * Compares the password with that of the account, then with that of the newest registration; with a decoy if there is
 * none. The first match of a registration counts as a failure: otherwise its author could try a password on the account
 * without a count, by registering the password before.
 */
async function compare(
  { hasher, pendingRegistrations, clock }: ProveLoginDeps,
  { target: { candidate, pending, secondStep }, password, deadline }: LoginAttempt,
  inVain: boolean,
): Promise<Comparison> {
  const stored = inVain ? null : (candidate?.password ?? null)
  if (await hasher.verify(password, stored, deadline)) return secondStep ? 'RIGHT_SO_FAR' : 'RIGHT'
  if (pending === undefined) return 'WRONG'
  const matches = await hasher.verify(password, pending?.password ?? null, deadline)
  if (pending === null || !matches) return 'WRONG'
  return (await pendingRegistrations.noteMatch(pending.id, clock.now(), !inVain))
    ? 'UNVERIFIED'
    : 'UNVERIFIED_AGAIN'
}
