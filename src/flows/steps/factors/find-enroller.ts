import type { UserViewer } from '../../../domain/access/viewer.ts'
import { hasSecondFactor } from '../../../domain/factors/second-step-policy.ts'
import type { SignInChallenge } from '../../../domain/factors/sign-in-challenge.ts'
import type { Origin } from '../../../domain/origin/origin.ts'
import { InvalidTokenProblem } from '../../../domain/problems.ts'
import { UnauthenticatedError } from '../../../domain/refusals.ts'
import type { DeviceHints } from '../../../domain/sessions/device.ts'
import type { Stores } from '../../../domain/transaction.ts'
import { isLocked, type User } from '../../../domain/users/user.ts'
import type { Services } from '../../services.ts'
import type { Credentials } from '../access/credentials.ts'
import type { ProofRequirements } from '../access/require-fresh-proof.ts'
import { deviceHints, parseInput } from '../input.ts'
import { type FindChallengeDeps, findEnrolment } from './find-challenge.ts'

/** A user who enrols a factor, in a session or during a sign-in. */
export interface Enroller {
  readonly userId: string
  readonly tenantId: string
  readonly tokenVersion: number
  /** Null during a sign-in. */
  readonly sessionId: string | null
  /** The sign-in that waits for the enrolment; null in a session. */
  readonly challenge: SignInChallenge | null
}

export interface EnrolmentProof {
  readonly enrolmentToken?: string | null | undefined
  readonly device?: DeviceHints | null | undefined
}

/** The request of an enrolment. */
export interface EnrolmentRequest {
  readonly proof: EnrolmentProof
  /** The signed-in user. @throws UnauthenticatedError, ForbiddenError */
  readonly viewer: () => UserViewer
  readonly credentials: Credentials
  readonly origin: Origin
}

export type FindEnrollerDeps = FindChallengeDeps &
  Pick<Services, 'factors'> &
  Pick<ProofRequirements, 'requireFreshProof'>

/**
 * The user of an enrolmentToken, otherwise the signed-in one, who must have reauthenticated recently.
 * @throws InvalidTokenProblem, ReauthenticationRequiredProblem, InvalidInputProblem, UnauthenticatedError
 */
export async function findEnroller(
  deps: FindEnrollerDeps,
  { proof, viewer, credentials, origin }: EnrolmentRequest,
): Promise<Enroller> {
  if (proof.enrolmentToken == null) {
    const signedIn = viewer()
    await deps.requireFreshProof(signedIn)
    const { userId, tenantId, tokenVersion, sessionId } = signedIn
    return { userId, tenantId, tokenVersion, sessionId, challenge: null }
  }
  const device = parseInput(deviceHints, proof.device ?? {})
  const presented = { challengeToken: proof.enrolmentToken, device }
  const challenge = await findEnrolment(deps, presented, credentials, origin)
  const enroller = {
    userId: challenge.userId,
    tenantId: challenge.tenantId,
    tokenVersion: challenge.tokenVersion,
    sessionId: null,
    challenge,
  }
  await assertStillRequired(deps, enroller, deps.clock.now())
  return enroller
}

/**
 * The token of a sign-in proves the password alone. Therefore it is void once the account has a second factor: otherwise
 * a person who knows the password could replace a factor that was enrolled since. @throws InvalidTokenProblem
 */
export async function assertStillRequired(
  { factors }: Pick<Stores, 'factors'>,
  { challenge, userId }: Enroller,
  now: Date,
): Promise<void> {
  if (challenge === null) return
  if (hasSecondFactor(await factors.summaryOf(userId, now))) throw new InvalidTokenProblem('SIGN_IN')
}

/** The account, unless it was locked, deactivated or changed since the proof. @throws the errors of findEnroller */
export function usableBy(enroller: Enroller, user: User | null, now: Date): User {
  if (user === null || !user.active || user.tokenVersion !== enroller.tokenVersion || isLocked(user, now))
    throw enroller.challenge === null
      ? new UnauthenticatedError('TOKEN_REVOKED')
      : new InvalidTokenProblem('SIGN_IN')
  return user
}
