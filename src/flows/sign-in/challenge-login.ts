import { availableMethods } from '../../domain/factors/second-step-policy.ts'
import {
  challengeLifeMs,
  enrolmentLifeMs,
  type IssuedChallenge,
  maxOpenChallenges,
  newSignInChallenge,
  type SignInChallengeKind,
} from '../../domain/factors/sign-in-challenge.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidCredentialsProblem } from '../../domain/problems.ts'
import { methodsOf } from '../../domain/sessions/assurance.ts'
import {
  describeDevice,
  deviceDigest,
  displayedDevice,
  fingerprintDigest,
} from '../../domain/sessions/device.ts'
import type { LoginCandidate } from '../../domain/users/user-store.ts'
import { toHex } from '../../lib/crypto/digest.ts'
import type { JsonObject } from '../../lib/text/json.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { SignInCircumstances } from '../steps/sessions/sign-in-facts.ts'
import { type RecordFailureDeps, refuse } from './login-account.ts'
import type { MfaChallenged, MfaEnrolmentRequired } from './login-answer.ts'
import type { ValidLoginInput } from './login-input.ts'
import type { LoginTarget } from './login-target.ts'

export type ChallengeLoginDeps = RecordFailureDeps &
  Pick<FlowDeps, 'factors' | 'passkeys' | 'transaction' | 'ids' | 'clock'>

/** A login whose password is right, and which requires a second step. */
export interface LoginToChallenge {
  readonly input: ValidLoginInput
  readonly target: Pick<LoginTarget, 'identifier'>
  readonly candidate: LoginCandidate
  readonly circumstances: SignInCircumstances
  readonly deviceId: string | null
  readonly origin: Origin
}

/**
 * Opens a challenge, with everything that the session will keep of the login. The oldest one of the account ends if there
 * are too many. @throws InvalidCredentialsProblem if the password has changed since the comparison
 */
export async function challengeLogin(
  deps: ChallengeLoginDeps,
  login: LoginToChallenge,
): Promise<MfaChallenged> {
  const { user } = login.candidate
  const summary = await deps.factors.summaryOf(user.id, deps.clock.now())
  const methods = availableMethods(summary)
  const passkey = methods.includes('PASSKEY') ? await deps.passkeys.begin(user.id) : null
  const issued = newChallenge(deps, login, { passkeyChallenge: passkey?.challenge ?? null })
  await open(deps, issued, login, { details: { methods } })
  const { token: challengeToken, cookie, challenge } = issued
  const { expiresAt } = challenge
  const passkeyOptions = passkey?.options ?? null
  return { kind: 'MFA_CHALLENGE', challengeToken, cookie, methods, passkeyOptions, expiresAt }
}

/**
 * Opens a challenge that waits for the enrolment of a factor, since the policy requires one and the account has none.
 * @throws InvalidCredentialsProblem if the password has changed since the comparison
 */
export async function requireEnrolment(
  deps: ChallengeLoginDeps,
  login: LoginToChallenge,
): Promise<MfaEnrolmentRequired> {
  const issued = newChallenge(deps, login, { kind: 'ENROLMENT', lifeMs: enrolmentLifeMs })
  await open(deps, issued, login, { reason: 'FACTOR_REQUIRED' })
  return enrolmentRequired(issued)
}

/** @throws InvalidCredentialsProblem if the password has changed since the comparison */
async function open(
  deps: ChallengeLoginDeps,
  { challenge }: IssuedChallenge,
  { candidate: { user }, origin }: LoginToChallenge,
  facts: { readonly reason: string } | { readonly details: JsonObject },
): Promise<void> {
  const subject = { tenantId: user.tenantId, userId: user.id, ...facts }
  const unchanged = await deps.transaction(async (stores) => {
    if ((await stores.accounts.lock(user.id, user.tokenVersion)) === null) return false
    await stores.signInChallenges.open(challenge, maxOpenChallenges)
    await stores.audit.append(deps.audit.event('MFA_CHALLENGED', origin, subject))
    return true
  })
  if (!unchanged) await refuse(deps, new InvalidCredentialsProblem(), user, origin)
}

export function enrolmentRequired({ token, cookie, challenge }: IssuedChallenge): MfaEnrolmentRequired {
  const { expiresAt } = challenge
  return { kind: 'MFA_ENROLMENT_REQUIRED', enrolmentToken: token, cookie, expiresAt }
}

interface ChallengeOptions {
  readonly kind?: SignInChallengeKind
  readonly lifeMs?: number
  readonly passkeyChallenge?: Uint8Array<ArrayBuffer> | null
}

function newChallenge(
  deps: ChallengeLoginDeps,
  { input, target, candidate, circumstances, deviceId, origin }: LoginToChallenge,
  { kind = 'SECOND_STEP', lifeMs = challengeLifeMs, passkeyChallenge = null }: ChallengeOptions,
) {
  const { user, deviceEpoch } = candidate
  const device = input.device ?? {}
  const fingerprint = fingerprintDigest(device)
  const { failedAttempts, stuffing, spraying } = circumstances
  return newSignInChallenge(deps, {
    userId: user.id,
    tenantId: user.tenantId,
    kind,
    deviceDigest: deviceDigest(origin.userAgent, device),
    tokenVersion: user.tokenVersion,
    amr: methodsOf('PASSWORD'),
    transport: input.tokenTransport,
    rememberMe: input.rememberMe,
    signIn: {
      identifier: target.identifier,
      deviceName: device.name ?? null,
      ...displayedDevice(describeDevice(origin.userAgent, device, origin.mobile)),
      fingerprint: fingerprint === null ? null : toHex(fingerprint),
      deviceId,
      deviceEpoch,
      attemptEpoch: user.attemptEpoch,
      failedAttempts,
      stuffing,
      spraying,
    },
    passkeyChallenge,
    lifeMs,
  })
}
