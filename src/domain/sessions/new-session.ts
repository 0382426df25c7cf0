import type { Clock } from '../../lib/clock.ts'
import type { Ids } from '../../lib/ids.ts'
import type { Origin } from '../origin/origin.ts'
import type { Place } from '../risk/geo-locator.ts'
import type { UserRole } from '../users/user.ts'
import { type DeviceHints, describeDevice } from './device.ts'
import { deviceProfile } from './device-profile.ts'
import type { TokenTransport } from './session.ts'
import { sessionNetwork } from './session-network.ts'
import { lifetimeFor, type SessionRules } from './session-policy.ts'
import type { NewSession } from './session-store.ts'

export interface SessionRequest {
  readonly owner: { readonly id: string; readonly tenantId: string; readonly role: UserRole }
  readonly transport: TokenTransport
  readonly rememberMe: boolean
  readonly amr: readonly string[]
  readonly device: DeviceHints
  readonly origin: Origin
  /** Where its address is; null = unknown. */
  readonly place: Place | null
  readonly familyHash: Uint8Array<ArrayBuffer>
}

/** Draws a session that begins now; nothing is stored yet. */
export function newSession(
  deps: { clock: Clock; ids: Ids; rules: SessionRules },
  wish: SessionRequest,
): NewSession {
  const now = deps.clock.now()
  const lifetime = lifetimeFor(deps.rules, wish.owner.role, wish.rememberMe)
  return {
    id: deps.ids.next(),
    tenantId: wish.owner.tenantId,
    userId: wish.owner.id,
    transport: wish.transport,
    rememberMe: wish.rememberMe,
    createdAt: now,
    lastUsedAt: now,
    idleSeconds: lifetime.idleSeconds,
    idleExpiresAt: secondsAfter(now, lifetime.idleSeconds),
    expiresAt: secondsAfter(now, lifetime.maxSeconds),
    authTime: now,
    amr: wish.amr,
    ipAddress: wish.origin.address,
    userAgent: wish.origin.userAgent,
    device: describeDevice(wish.origin.userAgent, wish.device, wish.origin.mobile),
    profile: deviceProfile(wish.origin, wish.device),
    network: sessionNetwork(wish.origin.address),
    place: wish.place,
    riskSignals: [],
    riskScore: 0,
    familyHash: wish.familyHash,
  }
}

function secondsAfter(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000)
}
