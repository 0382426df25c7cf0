import type { RiskSignal } from '../risk/risk-rules.ts'
import { isSameDevice } from './device-match.ts'
import type { DeviceProfile } from './device-profile.ts'
import type { Session } from './session.ts'

/** What happens to a session if its refresh token arrives from another device or network. */
export type Binding =
  /** Nothing. */
  | 'off'
  /** The session gets a risk signal. */
  | 'warn'
  /** The session ends. */
  | 'strict'

/** What happens to a session if the device or the network of a refresh differs from those of the sign-in. */
export interface BindingRules {
  readonly deviceBinding: Binding
  readonly ipBinding: Binding
}

/** The device and network of a refresh. */
export interface Presence {
  readonly profile: DeviceProfile
  /** The result of `sessionNetwork`; null if unknown. */
  readonly network: string | null
}

type BindingSignal = Extract<RiskSignal, 'DEVICE_MISMATCH' | 'IP_CHANGED'>

export interface BindingVerdict {
  /** Signals to add to the session. */
  readonly warnings: readonly BindingSignal[]
  /** The reason to end the session; null if it continues. */
  readonly endReason: BindingSignal | null
}

/**
 * Compares a refresh with the device and network of the sign-in. With `strict` IP binding, a change of network is
 * only a warning for phones and tablets, since their networks change as they move. An unknown network does not count
 * as another one.
 */
export function judgePresence(
  session: Pick<Session, 'profile' | 'network'>,
  now: Presence,
  rules: BindingRules,
): BindingVerdict {
  const moves = session.profile.type === 'MOBILE' || session.profile.type === 'TABLET'
  const ipBinding = rules.ipBinding === 'strict' && moves ? 'warn' : rules.ipBinding
  const found: readonly (readonly [BindingSignal, Binding, boolean])[] = [
    ['DEVICE_MISMATCH', rules.deviceBinding, !isSameDevice(session.profile, now.profile)],
    ['IP_CHANGED', ipBinding, hasMoved(session.network, now.network)],
  ]
  const raised = found.filter(([, binding, differs]) => differs && binding !== 'off')
  return {
    warnings: raised.filter(([, binding]) => binding === 'warn').map(([signal]) => signal),
    endReason: raised.find(([, binding]) => binding === 'strict')?.[0] ?? null,
  }
}

function hasMoved(before: string | null, now: string | null): boolean {
  return before !== null && now !== null && before !== now
}
