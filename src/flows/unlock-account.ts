import { accountSubjects, type LockOut } from '../domain/attempts/lock-out.ts'
import type { AuditRecorder } from '../domain/audit/audit-recorder.ts'
import type { Origin } from '../domain/origin/origin.ts'
import type { DeviceTokens } from '../domain/sessions/device-token.ts'
import type { Transaction } from '../domain/transaction.ts'
import type { Clock } from '../lib/clock.ts'
import { consumeToken } from './consume-token.ts'

export interface UnlockAccountDeps {
  readonly transaction: Transaction
  readonly lockOut: Pick<LockOut, 'clear'>
  readonly deviceTokens: DeviceTokens
  readonly audit: AuditRecorder
  readonly clock: Clock
}

/**
 * From the mail about a lock: forgets the wrong passwords at the login and at proofs, and those of the device whose
 * cookie comes along. An administrator's lock is another thing and stays. @throws InvalidTokenProblem
 */
export function createUnlockAccount(deps: UnlockAccountDeps) {
  return async (secret: string, deviceCookie: string | null, origin: Origin): Promise<void> => {
    const now = deps.clock.now()
    const userId = await deps.transaction(async (stores) => {
      const { user } = await consumeToken(stores, secret, 'UNLOCK_ACCOUNT', now)
      const subject = { tenantId: user.tenantId, userId: user.id }
      await stores.audit.append(deps.audit.event('ACCOUNT_UNLOCKED', origin, subject))
      return user.id
    })
    const device = deps.deviceTokens.open(deviceCookie)
    await deps.lockOut.clear(...accountSubjects(userId))
    if (device?.userId === userId) await deps.lockOut.clear({ kind: 'device', deviceId: device.deviceId })
  }
}
