import type { UserViewer } from '../../domain/access/viewer.ts'
import { ReauthenticationRequiredProblem } from '../../domain/problems.ts'
import type { Services } from '../services.ts'

export type RequireFreshProofDeps = Pick<Services, 'reauthenticationSeconds' | 'clock'>

/** @throws ReauthenticationRequiredProblem */
export type RequireFreshProof = (viewer: Pick<UserViewer, 'authTime'>) => void

/**
 * Requires a recent proof of the password in the viewer's session. For operations that would give the holder of a
 * stolen session permanent access.
 */
export function createRequireFreshProof(deps: RequireFreshProofDeps): RequireFreshProof {
  return function requireFreshProof({ authTime }) {
    const ageMs = deps.clock.now().getTime() - authTime.getTime()
    if (ageMs <= deps.reauthenticationSeconds * 1000) return
    throw new ReauthenticationRequiredProblem(deps.reauthenticationSeconds)
  }
}
