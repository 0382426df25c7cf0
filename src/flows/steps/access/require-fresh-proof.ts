import type { UserViewer } from '../../../domain/access/viewer.ts'
import {
  administrativeProof,
  findMissingProof,
  freshProof,
  type ProofRule,
  type RecentProofs,
  secondFactorProof,
} from '../../../domain/factors/reauthentication-policy.ts'
import { ReauthenticationRequiredProblem } from '../../../domain/problems.ts'
import type { Services } from '../../services.ts'

export type ProofRequirementsDeps = Pick<
  Services,
  'factors' | 'tenants' | 'reauthenticationSeconds' | 'clock'
>

type Prover = Pick<UserViewer, 'userId' | 'authTime' | 'secondFactorAt'>

/**
 * Recent proofs in the viewer's session, for operations that would give the holder of a stolen session permanent access. Each
 * throws ReauthenticationRequiredProblem. The factors are read only if the session has not proven two factors recently.
 */
export interface ProofRequirements {
  /** Requires a recent proof of the password, and of the second factor if the account has one. */
  requireFreshProof(viewer: Prover): Promise<void>
  /** The same, but requires nothing of an account without a second factor. For operations that take the password as well. */
  requireSecondFactor(viewer: Prover): Promise<void>
  /** Requires the level of the viewer's tenant, that of MFA_ADMIN_ACTIONS or a higher one. For actions on other accounts and on keys. */
  requireAdministrativeProof(viewer: Prover & Pick<UserViewer, 'tenantId'>): Promise<void>
}

export function createProofRequirements(deps: ProofRequirementsDeps): ProofRequirements {
  return {
    requireFreshProof: (viewer) => requireProof(deps, viewer, freshProof),
    requireSecondFactor: (viewer) => requireProof(deps, viewer, secondFactorProof),
    async requireAdministrativeProof(viewer) {
      const { mfa } = await deps.tenants.rulesOf(viewer.tenantId)
      await requireProof(deps, viewer, administrativeProof(mfa))
    },
  }
}

async function requireProof(deps: ProofRequirementsDeps, viewer: Prover, rule: ProofRule): Promise<void> {
  const now = deps.clock.now()
  const recent: RecentProofs = {
    authentication: isRecent(deps, viewer.authTime, now),
    secondFactor: isRecent(deps, viewer.secondFactorAt, now),
  }
  if (recent.authentication && recent.secondFactor) return
  const missing = findMissingProof(recent, await deps.factors.summaryOf(viewer.userId, now), rule)
  if (missing !== null) throw new ReauthenticationRequiredProblem(deps.reauthenticationSeconds, missing)
}

function isRecent({ reauthenticationSeconds }: ProofRequirementsDeps, at: Date | null, now: Date): boolean {
  return at !== null && now.getTime() - at.getTime() <= reauthenticationSeconds * 1000
}
