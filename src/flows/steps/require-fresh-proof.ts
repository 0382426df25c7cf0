import type { UserViewer } from '../../domain/access/viewer.ts'
import { ReauthenticationRequiredProblem } from '../../domain/problems.ts'
import type { Services } from '../services.ts'

export type RequireFreshProofDeps = Pick<Services, 'reauthenticationSeconds' | 'clock'>

/** @throws ReauthenticationRequiredProblem */
export type RequireFreshProof = (viewer: Pick<UserViewer, 'authTime'>) => void

/** What would let a thief of a session stay for good wants the password, proven lately in that very session. */
export function createRequireFreshProof(deps: RequireFreshProofDeps): RequireFreshProof {
  return ({ authTime }) => {
    const ageMs = deps.clock.now().getTime() - authTime.getTime()
    if (ageMs <= deps.reauthenticationSeconds * 1000) return
    throw new ReauthenticationRequiredProblem(deps.reauthenticationSeconds)
  }
}
