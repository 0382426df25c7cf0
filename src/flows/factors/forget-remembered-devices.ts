import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { type AuthFactors, createFindAuthFactors, type FindAuthFactorsDeps } from './find-auth-factors.ts'

type ForgetRememberedDevicesDeps = FindAuthFactorsDeps & Pick<FlowDeps, 'transaction' | 'audit'>

/** Requires the second step on every device of the viewer again. */
export function createForgetRememberedDevices(deps: ForgetRememberedDevicesDeps) {
  const findAuthFactors = createFindAuthFactors(deps)

  return async function forgetRememberedDevices(viewer: UserViewer, origin: Origin): Promise<AuthFactors> {
    const { tenantId, userId, sessionId } = viewer
    await deps.transaction(async (stores) => {
      const devices = await stores.rememberedDevices.removeAll(userId, deps.clock.now())
      if (devices === 0) return
      const subject = { tenantId, userId, sessionId, details: { devices } }
      await stores.audit.append(deps.audit.event('DEVICES_FORGOTTEN', origin, subject))
    })
    return findAuthFactors(viewer)
  }
}
