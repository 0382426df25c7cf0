import {
  challengeCookieDigest,
  challengeDigest,
  type SignInChallenge,
} from '../../../domain/factors/sign-in-challenge.ts'
import type { Origin } from '../../../domain/origin/origin.ts'
import { InvalidTokenProblem } from '../../../domain/problems.ts'
import { type DeviceHints, deviceDigest } from '../../../domain/sessions/device.ts'
import { equalDigests } from '../../../lib/crypto/digest.ts'
import type { Services } from '../../services.ts'
import type { Credentials } from '../access/credentials.ts'

export type FindChallengeDeps = Pick<Services, 'signInChallenges' | 'clock'>

interface PresentedChallenge {
  readonly challengeToken: string
  readonly device?: DeviceHints | null | undefined
}

/**
 * The open challenge of a token that can be completed, presented by the browser or device that began the sign-in. Nothing
 * changes for another one: a copy of the token is of no use, and does not end the sign-in of its owner.
 * @throws InvalidTokenProblem, the same for all reasons
 */
export async function findChallenge(
  deps: FindChallengeDeps,
  presented: PresentedChallenge,
  credentials: Credentials,
  origin: Origin,
): Promise<SignInChallenge> {
  const challenge = await findBound(deps, presented, credentials, origin)
  if (challenge === null || challenge.kind === 'ENROLMENT') throw new InvalidTokenProblem('SIGN_IN')
  return challenge
}

/** The same for the token of a sign-in that waits for the enrolment of a factor. */
export async function findEnrolment(
  deps: FindChallengeDeps,
  presented: PresentedChallenge,
  credentials: Credentials,
  origin: Origin,
): Promise<SignInChallenge> {
  const challenge = await findBound(deps, presented, credentials, origin)
  if (challenge?.kind !== 'ENROLMENT') throw new InvalidTokenProblem('SIGN_IN')
  return challenge
}

async function findBound(
  { signInChallenges, clock }: FindChallengeDeps,
  presented: PresentedChallenge,
  credentials: Credentials,
  origin: Origin,
): Promise<SignInChallenge | null> {
  const digest = challengeDigest(presented.challengeToken)
  const challenge = digest === null ? null : await signInChallenges.find(digest, clock.now())
  if (challenge === null) return null
  return isBoundTo(challenge, presented.device ?? {}, credentials, origin) ? challenge : null
}

function isBoundTo(
  { cookieDigest, deviceDigest: expected }: SignInChallenge,
  device: DeviceHints,
  { challengeCookie }: Credentials,
  { userAgent }: Origin,
): boolean {
  if (cookieDigest === null) return equalDigests(expected, deviceDigest(userAgent, device))
  const presented = challengeCookieDigest(challengeCookie)
  return presented !== null && equalDigests(cookieDigest, presented)
}
