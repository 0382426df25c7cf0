import { z } from 'zod'
import type { PasskeyCeremony } from '../../domain/factors/passkey-ceremony.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidPasskeyProblem, InvalidTokenProblem } from '../../domain/problems.ts'
import { methodsOf } from '../../domain/sessions/assurance.ts'
import { findTrustedDevice } from '../../domain/sessions/device-token.ts'
import { tokenTransports } from '../../domain/sessions/session.ts'
import type { TenantRules } from '../../domain/tenants/tenant-rules.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { JsonObject } from '../../lib/text/json.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { Credentials } from '../steps/access/credentials.ts'
import { ceremonyToken, readAssertion } from '../steps/factors/passkey-input.ts'
import {
  logRefusedPasskey,
  type ProvenPasskey,
  type ProvePasskeyDeps,
  provePasskey,
} from '../steps/factors/prove-passkey.ts'
import { UsedProofError, useCeremony } from '../steps/factors/verify-factor.ts'
import { deviceHints, parseInput } from '../steps/input.ts'
import { assertUsable, type CheckAccountDeps, findUnverified, refuse } from './login-account.ts'
import type { EmailUnverified } from './login-answer.ts'
import { type CompleteLoginDeps, completeLogin } from './login-session.ts'
import type { SignedIn } from './signed-in.ts'

const rules = z.object({
  ceremonyToken,
  rememberMe: z.boolean(),
  tokenTransport: z.enum(tokenTransports),
  device: deviceHints.nullish(),
  deviceToken: z.string().nullish(),
})

export type LoginWithPasskeyInput = z.input<typeof rules> & { readonly response: JsonObject }

type Input = z.output<typeof rules>

export type LoginWithPasskeyDeps = ProvePasskeyDeps &
  CheckAccountDeps &
  CompleteLoginDeps &
  Pick<FlowDeps, 'tenants' | 'tenantLimits' | 'passkeyCeremonies' | 'hasher' | 'lockOut'>

/** A sign-in whose passkey is proven. */
interface PasskeyLogin {
  readonly input: Input
  readonly ceremony: PasskeyCeremony
  readonly proven: ProvenPasskey
  readonly tenantRules: TenantRules
  readonly credentials: Credentials
  readonly origin: Origin
}

/**
 * Signs in with a passkey alone, which names the account and proves two factors. Every response that is not valid has the same
 * result; the log names the reason. Wrong passwords lock no passkey out, and the age of the password is not checked. An
 * administrator's lock, deactivation, a missing verification and the limit of sessions are revealed after the right proof. The
 * ceremony counts as used only in the transaction that opens the session.
 * @throws InvalidInputProblem, InvalidTokenProblem for a ceremony that has expired, InvalidPasskeyProblem,
 * AccountLockedProblem, AccountDisabledProblem, SessionLimitProblem, RateLimitedProblem
 */
export function createLoginWithPasskey(deps: LoginWithPasskeyDeps) {
  return async function loginWithPasskey(
    { response: json, ...raw }: LoginWithPasskeyInput,
    credentials: Credentials,
    origin: Origin,
  ): Promise<SignedIn | EmailUnverified> {
    const input = parseInput(rules, raw)
    const response = readAssertion('response', json)
    const ceremony = deps.passkeyCeremonies.open('LOGIN', input.ceremonyToken)
    if (ceremony === null) throw new InvalidTokenProblem('SIGN_IN')
    await chargeTenant(deps, ceremony, origin)
    const proven = await provePasskey(deps, response, {
      challenge: ceremony.challenge,
      refuses: ({ tenant }, handle) => {
        if (handle === null) return 'The response has no user handle.'
        return tenant === ceremony.subject ? null : 'The account belongs to another tenant.'
      },
      requestId: origin.requestId,
    })
    if (!proven.valid) {
      const problem = new InvalidPasskeyProblem()
      if (proven.owner !== null) return refuse(deps, problem, proven.owner, origin)
      const tenantId = (await deps.tenants.findActive(ceremony.subject))?.id ?? null
      const event = deps.audit.event('LOGIN_FAILED', origin, { tenantId, reason: problem.code })
      await deps.auditSink.append(event)
      throw problem
    }
    const { owner } = proven.owned
    await assertUsable(deps, owner, origin)
    const tenantRules = await deps.tenants.rulesOf(owner.tenantId)
    const unverified = await findUnverified(deps, owner, tenantRules, origin)
    return unverified ?? openSession(deps, { input, ceremony, proven, tenantRules, credentials, origin })
  }
}

/** The ceremony names the tenant, which need not exist. */
async function chargeTenant(
  { tenants, tenantLimits }: LoginWithPasskeyDeps,
  ceremony: PasskeyCeremony,
  origin: Origin,
): Promise<void> {
  const tenant = await tenants.findActive(ceremony.subject)
  if (tenant === null) return
  await tenantLimits.charge({
    limit: 'passkeyLogin',
    tenantId: tenant.id,
    budgets: tenant.rules.budgets,
    origin,
    userId: null,
    sessionId: null,
    checksCredentials: true,
  })
}

async function openSession(deps: LoginWithPasskeyDeps, login: PasskeyLogin): Promise<SignedIn> {
  const { input, proven, tenantRules, credentials, origin } = login
  const { owner: user, deviceEpoch } = proven.owned
  const presented = [input.deviceToken, credentials.deviceCookie]
  const device = findTrustedDevice(deps.deviceTokens, presented, { userId: user.id, epoch: deviceEpoch })
  const circumstances = {
    deviceProven: device !== null,
    failedAttempts: 0,
    stuffing: false,
    spraying: false,
    passkeyCounterRegressed: proven.counterRegressed,
  }
  try {
    const signedIn = await completeLogin(deps, {
      candidate: { user, deviceEpoch, factorVersion: null },
      rules: tenantRules,
      transport: input.tokenTransport,
      rememberMe: input.rememberMe,
      amr: methodsOf('PASSKEY'),
      device: input.device ?? {},
      deviceId: device?.deviceId ?? null,
      circumstances,
      consume: (stores) => consume(deps, stores, login),
      credentials,
      origin,
      deadline: deps.hasher.newDeadline(),
      outdated: () => new InvalidPasskeyProblem(),
    })
    await deps.lockOut.clear({ kind: 'factor', accountId: user.id })
    return signedIn
  } catch (error) {
    if (!(error instanceof UsedProofError)) throw error
    const reason = 'The ceremony was used before, or the passkey was removed.'
    logRefusedPasskey(deps, { userId: user.id, requestId: origin.requestId, reason })
    return refuse(deps, new InvalidPasskeyProblem(), user, origin)
  }
}

async function consume(
  { clock }: LoginWithPasskeyDeps,
  stores: Stores,
  { ceremony, proven }: PasskeyLogin,
): Promise<void> {
  await useCeremony(stores, ceremony)
  if (!(await proven.accept(stores, clock.now()))) throw new UsedProofError()
  await stores.totpSecrets.forgetFailures(proven.owned.owner.id)
}
