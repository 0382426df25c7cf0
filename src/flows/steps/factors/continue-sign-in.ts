import {
  challengeLifeMs,
  maxOpenChallenges,
  newSignInChallenge,
} from '../../../domain/factors/sign-in-challenge.ts'
import { InvalidTokenProblem } from '../../../domain/problems.ts'
import { methodsOf } from '../../../domain/sessions/assurance.ts'
import type { Stores } from '../../../domain/transaction.ts'
import type { Services } from '../../services.ts'
import type { Enroller } from './find-enroller.ts'

/** A sign-in that requires no further proof. */
export interface EnrolledSignIn {
  readonly challengeToken: string
  /** Secret of the cookie that binds it to the browser; null: it is bound to the device. */
  readonly cookie: string | null
  readonly expiresAt: Date
}

/**
 * Exchanges an enrolmentToken, inside the transaction that enrols a factor: the sign-in then requires no further proof. Null
 * in a session. @throws InvalidTokenProblem if the token was used meanwhile
 */
export async function continueSignIn(
  deps: Pick<Services, 'ids' | 'clock'>,
  stores: Pick<Stores, 'signInChallenges'>,
  { challenge }: Enroller,
  factor: 'TOTP' | 'PASSKEY',
): Promise<EnrolledSignIn | null> {
  if (challenge === null) return null
  if (!(await stores.signInChallenges.close(challenge.id, deps.clock.now())))
    throw new InvalidTokenProblem('SIGN_IN')
  const { userId, tenantId, deviceDigest, tokenVersion, transport, rememberMe, signIn } = challenge
  const amr = methodsOf('PASSWORD', factor)
  const kept = {
    userId,
    tenantId,
    deviceDigest,
    tokenVersion,
    transport,
    rememberMe,
    signIn,
    amr,
    passkeyChallenge: null,
  }
  const next = newSignInChallenge(deps, { ...kept, kind: 'ENROLLED', lifeMs: challengeLifeMs })
  await stores.signInChallenges.open(next.challenge, maxOpenChallenges)
  return { challengeToken: next.token, cookie: next.cookie, expiresAt: next.challenge.expiresAt }
}
