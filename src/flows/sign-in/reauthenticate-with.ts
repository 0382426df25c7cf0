import type { UserViewer } from '../../domain/access/viewer.ts'
import type { PasskeyCeremony } from '../../domain/factors/passkey-ceremony.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidPasskeyProblem } from '../../domain/problems.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import { riskWeights } from '../../domain/risk/risk-rules.ts'
import type { Stores } from '../../domain/transaction.ts'
import { countOfTenant } from '../../lib/observation/metrics.ts'
import type { JsonObject } from '../../lib/text/json.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { countProofs, type FactorProof, readTotpProof, wrongProofs } from '../steps/factors/factor-proof.ts'
import { useCeremony } from '../steps/factors/verify-factor.ts'
import { createReauthenticate } from './reauthenticate.ts'
import { type RenewedSession, type RenewSessionDeps, renewSession } from './renew-session.ts'

/** Exactly one of `password`, `code` and `passkey`; `ceremonyToken` with `passkey`. */
export interface ReauthenticateWithInput {
  readonly password?: string | null | undefined
  readonly code?: string | null | undefined
  readonly ceremonyToken?: string | null | undefined
  readonly passkey?: JsonObject | null | undefined
}

type ReauthenticateWithDeps = RenewSessionDeps &
  Pick<FlowDeps, 'provePassword' | 'guardFactor' | 'users' | 'hasher' | 'passkeyCeremonies' | 'metrics'>

/**
 * Records a new proof of the password, the authenticator app or a passkey in the viewer's session. Wrong codes have the count
 * that those of sign-ins have. A recovery code is refused: it is for a sign-in without the factor.
 * @throws InvalidInputProblem, InvalidCredentialsProblem, InvalidCodeProblem, InvalidPasskeyProblem, AccountLockedProblem,
 * RateLimitedProblem
 */
export function createReauthenticateWith(deps: ReauthenticateWithDeps) {
  const reauthenticate = createReauthenticate(deps)

  return async function reauthenticateWith(
    input: ReauthenticateWithInput,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<RenewedSession> {
    assertOneProof(input)
    if (input.password != null) return reauthenticate(input.password, viewer, origin)
    if (input.code != null) return proveFactor(deps, readTotpProof(input.code), viewer, origin)
    const ceremony = deps.passkeyCeremonies.open('LOGIN', input.ceremonyToken ?? '')
    if (ceremony === null) throw new InvalidPasskeyProblem()
    return proveFactor(deps, passkeyProof(input.passkey ?? {}, ceremony), viewer, origin, (stores) =>
      useCeremony(stores, ceremony),
    )
  }
}

/** @param consume what the transaction consumes besides the proof */
async function proveFactor(
  deps: ReauthenticateWithDeps,
  proof: FactorProof,
  viewer: UserViewer,
  origin: Origin,
  consume?: (stores: Stores) => Promise<void>,
): Promise<RenewedSession> {
  const user = await deps.users.findById(viewer.userId)
  if (user === null || !user.active) throw new UnauthenticatedError('TOKEN_REVOKED')
  return deps.guardFactor({
    user,
    sessionId: viewer.sessionId,
    proof,
    origin,
    deadline: deps.hasher.newDeadline(),
    complete: (accept, counterRegressed) =>
      renewSession(deps, {
        viewer,
        seen: user,
        proof: proof.kind,
        origin,
        accept: async (stores) => {
          await consume?.(stores)
          await accept(stores)
          if (counterRegressed) await raiseSignal(deps, stores, viewer, origin)
        },
      }),
  })
}

/** The authenticator may have been copied: the session gets the signal that a sign-in would have. */
async function raiseSignal(
  { audit, metrics }: ReauthenticateWithDeps,
  stores: Stores,
  { tenantId, userId, sessionId }: UserViewer,
  origin: Origin,
): Promise<void> {
  const signal = 'PASSKEY_COUNTER_REGRESSED'
  const event = audit.event('SUSPICIOUS_ACTIVITY', origin, { tenantId, userId, sessionId, reason: signal })
  const raised = { signal, weight: riskWeights[signal] } as const
  if (await stores.sessions.raise(sessionId, raised, event))
    countOfTenant(metrics, 'risk_signals', signal, tenantId)
}

function passkeyProof(response: JsonObject, ceremony: PasskeyCeremony): FactorProof {
  const challenge = new Uint8Array(Buffer.from(ceremony.challenge, 'base64url'))
  return { kind: 'PASSKEY', response, challenge }
}

function assertOneProof({ password, code, passkey, ceremonyToken }: ReauthenticateWithInput): void {
  if (countProofs(password, code, passkey) !== 1)
    throw wrongProofs('Send exactly one of password, code and passkey.')
  if ((passkey == null) !== (ceremonyToken == null))
    throw wrongProofs('Send ceremonyToken with passkey, and only then.')
}
