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

export interface BindingRules {
  readonly deviceBinding: Binding
  readonly ipBinding: Binding
}

/** Where a refresh comes from. */
export interface Presence {
  readonly profile: DeviceProfile
  /** As network.ts writes it; null = unknown. */
  readonly network: string | null
}

type BindingSignal = Extract<RiskSignal, 'DEVICE_MISMATCH' | 'IP_CHANGED'>

export interface BindingVerdict {
  /** Signals that the session is to carry from now on. */
  readonly warns: readonly BindingSignal[]
  /** What ends it; null when nothing does. */
  readonly ends: BindingSignal | null
}

/**
 * Compares a refresh with what the session began with. Where a change of network would end a session, telephones and
 * tablets are spared: their networks change as they move, so they are warned about instead. An unknown network is no
 * other network.
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
    warns: raised.filter(([, binding]) => binding === 'warn').map(([signal]) => signal),
    ends: raised.find(([, binding]) => binding === 'strict')?.[0] ?? null,
  }
}

function hasMoved(before: string | null, now: string | null): boolean {
  return before !== null && now !== null && before !== now
}
