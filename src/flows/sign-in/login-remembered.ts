import { isPrivileged } from '../../domain/factors/mfa-policy.ts'
import { rememberedDigest } from '../../domain/factors/remembered-device.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { isRisky } from '../steps/sessions/open-session.ts'
import { type CompleteLoginDeps, type ProvenLogin, startProven } from './login-session.ts'

export type RememberedLoginDeps = CompleteLoginDeps &
  Pick<FlowDeps, 'rememberedDevices' | 'sessions' | 'clock'>

/**
 * Whether the device of a login with the right password skips the second step. It never does for administrators and
 * moderators, for a sign-in with a risk signal, and once devices are not remembered any more.
 */
export async function skipsSecondStep(
  deps: RememberedLoginDeps,
  login: ProvenLogin,
  presented: string | null | undefined,
): Promise<boolean> {
  const { candidate, rules, credentials, circumstances } = login
  const { user } = candidate
  if (rules.mfa.rememberDeviceDays === null || isPrivileged(user.role)) return false
  const digests = [presented, credentials.rememberedCookie]
    .map(rememberedDigest)
    .filter((digest) => digest !== null)
  if (digests.length === 0) return false
  if (!(await deps.rememberedDevices.isRemembered(user.id, digests, deps.clock.now()))) return false
  return !(await isRisky(deps, { user, session: startProven(deps, login).session, circumstances }))
}
