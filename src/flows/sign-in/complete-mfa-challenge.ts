import { z } from 'zod'
import { isPrivileged } from '../../domain/factors/mfa-policy.ts'
import { newRememberedDevice } from '../../domain/factors/remembered-device.ts'
import type { SignInChallenge } from '../../domain/factors/sign-in-challenge.ts'
import { maxChallengeTries } from '../../domain/factors/sign-in-challenge.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidTokenProblem } from '../../domain/problems.ts'
import { methodsOf } from '../../domain/sessions/assurance.ts'
import type { TenantRules } from '../../domain/tenants/tenant-rules.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { LoginCandidate } from '../../domain/users/user-store.ts'
import type { JsonObject } from '../../lib/text/json.ts'
import type { Deadline } from '../../lib/time/deadline.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { Credentials } from '../steps/access/credentials.ts'
import {
  countProofs,
  type FactorProof,
  readRecoveryProof,
  readTotpProof,
  wrongProofs,
} from '../steps/factors/factor-proof.ts'
import { type FindChallengeDeps, findChallenge } from '../steps/factors/find-challenge.ts'
import { deviceHints, parseInput } from '../steps/input.ts'
import { assertUsable, type CheckAccountDeps } from './login-account.ts'
import type { PasswordExpired } from './login-answer.ts'
import { hasExpiredPassword, type PasswordAgeDeps, requireNewPassword } from './login-password-age.ts'
import { type CompleteLoginDeps, completeLogin } from './login-session.ts'
import type { SignedIn } from './signed-in.ts'

const text = z.string().max(1024)

const rules = z.object({
  challengeToken: text,
  code: text.nullish(),
  recoveryCode: text.nullish(),
  rememberDevice: z.boolean().default(false),
  device: deviceHints.nullish(),
})

/** A passkey is not checked here: its size is bounded by that of the request, and the verifier reads it strictly. */
export type CompleteMfaInput = z.input<typeof rules> & { readonly passkey?: JsonObject | null | undefined }

type Input = z.output<typeof rules> & { readonly passkey?: JsonObject | null | undefined }

export type CompleteMfaDeps = FindChallengeDeps &
  CheckAccountDeps &
  PasswordAgeDeps &
  CompleteLoginDeps &
  Pick<FlowDeps, 'users' | 'hasher' | 'guardFactor' | 'lockOut' | 'tenants' | 'tenantLimits'>

/** What the steps of the completion share. */
interface Completion {
  readonly challenge: SignInChallenge
  readonly candidate: LoginCandidate
  readonly tenantRules: TenantRules
  readonly input: Input
  readonly credentials: Credentials
  readonly origin: Origin
  readonly deadline: Deadline
  /** Whether the counter of the passkey did not increase. */
  readonly passkeyCounterRegressed?: boolean
}

/**
 * Completes a sign-in that waits for its second step. The challenge counts as solved, and the proof as used, only in the
 * transaction that opens the session: if no session begins, both can be used again. The age of the password and the limit of
 * sessions are revealed only after the right proof.
 * @throws InvalidInputProblem, InvalidTokenProblem, InvalidCodeProblem, InvalidPasskeyProblem, AccountLockedProblem,
 * AccountDisabledProblem, SessionLimitProblem, RateLimitedProblem
 */
export function createCompleteMfaChallenge(deps: CompleteMfaDeps) {
  return async function completeMfaChallenge(
    raw: CompleteMfaInput,
    credentials: Credentials,
    origin: Origin,
  ): Promise<SignedIn | PasswordExpired> {
    const { passkey, ...rest } = raw
    const input = { ...parseInput(rules, rest), passkey }
    const deadline = deps.hasher.newDeadline()
    const challenge = await findChallenge(deps, input, credentials, origin)
    const candidate = await deps.users.findCandidate(challenge.userId)
    if (candidate === null || candidate.user.tokenVersion !== challenge.tokenVersion)
      throw new InvalidTokenProblem('SIGN_IN')
    await assertUsable(deps, candidate.user, origin)
    const { id: userId, tenantId } = candidate.user
    const tenantRules = await deps.tenants.rulesOf(tenantId)
    await deps.tenantLimits.charge({
      limit: 'secondStep',
      tenantId,
      budgets: tenantRules.budgets,
      origin,
      userId,
      sessionId: null,
      checksCredentials: true,
    })
    const completion = { challenge, candidate, tenantRules, input, credentials, origin, deadline }
    return challenge.kind === 'ENROLLED'
      ? completeEnrolled(deps, completion)
      : completeProven(deps, completion)
  }
}

function completeEnrolled(deps: CompleteMfaDeps, completion: Completion) {
  const { input, challenge } = completion
  if (proofsIn(input) > 0) throw wrongProofs('A factor was just enrolled: send the challenge token alone.')
  return finish(deps, completion, challenge.amr, async (stores) => close(stores, completion, deps))
}

function completeProven(deps: CompleteMfaDeps, completion: Completion) {
  const { challenge, candidate, origin, deadline } = completion
  const proof = readProof(completion)
  return deps.guardFactor({
    user: candidate.user,
    proof,
    origin,
    deadline,
    takeTry: async () => {
      const left = await deps.signInChallenges.takeTry(challenge.id, maxChallengeTries, deps.clock.now())
      if (left === null) throw new InvalidTokenProblem('SIGN_IN')
      return left
    },
    complete: (accept, passkeyCounterRegressed) => {
      const amr = methodsOf('PASSWORD', proof.kind)
      return finish(deps, { ...completion, passkeyCounterRegressed }, amr, async (stores) => {
        await close(stores, completion, deps)
        await accept(stores)
      })
    },
  })
}

/** Opens the session, or requires a new password. The wrong passwords before it are forgotten with the session. */
async function finish(
  deps: CompleteMfaDeps,
  completion: Completion,
  amr: readonly string[],
  consume: (stores: Stores) => Promise<void>,
): Promise<SignedIn | PasswordExpired> {
  const { challenge, candidate, tenantRules, input, credentials, origin, deadline } = completion
  const { user } = candidate
  const outdated = () => new InvalidTokenProblem('SIGN_IN')
  if (hasExpiredPassword(deps, candidate, tenantRules.passwords))
    return requireNewPassword(deps, user, origin, consume, outdated())
  const { signIn, transport, rememberMe } = challenge
  const { deviceName, fingerprint, deviceId, failedAttempts, stuffing, spraying } = signIn
  const remembered = rememberDevice(deps, completion)
  const signedIn = await completeLogin(deps, {
    candidate,
    rules: tenantRules,
    transport,
    rememberMe,
    amr,
    device: { ...input.device, name: input.device?.name ?? deviceName },
    fingerprint: fingerprint === null ? null : new Uint8Array(Buffer.from(fingerprint, 'hex')),
    deviceId: signIn.deviceEpoch === candidate.deviceEpoch ? deviceId : null,
    circumstances: {
      deviceProven: deviceId !== null,
      failedAttempts,
      stuffing,
      spraying,
      passkeyCounterRegressed: completion.passkeyCounterRegressed ?? false,
    },
    consume: async (stores) => {
      await consume(stores)
      await remembered?.store(stores)
    },
    credentials,
    origin,
    deadline,
    outdated,
  })
  await deps.lockOut.clear(passwordSubject(challenge))
  return remembered === null ? signedIn : { ...signedIn, rememberedDevice: remembered.device }
}

/** Null if the user does not ask for it, or the second step is never skipped for the account. */
function rememberDevice(deps: CompleteMfaDeps, { candidate, tenantRules, input, origin }: Completion) {
  const { user } = candidate
  const days = tenantRules.mfa.rememberDeviceDays
  if (!input.rememberDevice || days === null || isPrivileged(user.role)) return null
  const { secret, device } = newRememberedDevice(deps, { userId: user.id, days })
  const { expiresAt } = device
  const details = { expiresAt: expiresAt.toISOString() }
  const subject = { tenantId: user.tenantId, userId: user.id, details }
  const remembered = deps.audit.event('DEVICE_REMEMBERED', origin, subject)
  return {
    device: { secret, expiresAt },
    async store(stores: Stores): Promise<void> {
      await stores.rememberedDevices.insert(device)
      await stores.audit.append(remembered)
    },
  }
}

/** The count to which the login added wrong passwords. */
function passwordSubject({ userId: accountId, signIn }: SignInChallenge) {
  const { deviceId, identifier, attemptEpoch: epoch } = signIn
  return deviceId === null
    ? ({ kind: 'account', identifier, accountId, epoch } as const)
    : ({ kind: 'device', deviceId, accountId, epoch } as const)
}

async function close(stores: Stores, { challenge }: Completion, { clock }: CompleteMfaDeps): Promise<void> {
  if (!(await stores.signInChallenges.close(challenge.id, clock.now())))
    throw new InvalidTokenProblem('SIGN_IN')
}

/** @throws InvalidInputProblem unless there is exactly one proof; InvalidCodeProblem for text that is no code */
function readProof({ input, challenge }: Completion): FactorProof {
  if (proofsIn(input) !== 1) throw wrongProofs('Send exactly one of code, recoveryCode and passkey.')
  if (input.code != null) return readTotpProof(input.code)
  if (input.recoveryCode != null) return readRecoveryProof(input.recoveryCode)
  return { kind: 'PASSKEY', response: input.passkey ?? {}, challenge: challenge.passkeyChallenge }
}

function proofsIn({ code, recoveryCode, passkey }: Input): number {
  return countProofs(code, recoveryCode, passkey)
}
