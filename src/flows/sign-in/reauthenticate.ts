import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { type RenewedSession, type RenewSessionDeps, renewSession } from './renew-session.ts'

type ReauthenticateDeps = RenewSessionDeps & Pick<FlowDeps, 'provePassword'>

/** Records a new proof of the password in the viewer's session. @throws InvalidCredentialsProblem, AccountLockedProblem */
export function createReauthenticate(deps: ReauthenticateDeps) {
  return async function reauthenticate(
    password: string,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<RenewedSession> {
    const seen = await deps.provePassword(viewer, password, origin)
    return renewSession(deps, { viewer, seen, proof: 'PASSWORD', origin })
  }
}
