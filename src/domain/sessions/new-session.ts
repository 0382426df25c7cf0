import type { Ids } from '../../lib/ids/ids.ts'
import type { Clock } from '../../lib/time/clock.ts'
import type { Origin } from '../origin/origin.ts'
import type { Place } from '../risk/geo-locator.ts'
import type { UserRole } from '../users/user.ts'
import { assuranceLevelOf } from './assurance.ts'
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
  /** The methods that were proven, from `methodsOf`. */
  readonly amr: readonly string[]
  readonly device: DeviceHints
  readonly origin: Origin
  /** The location of the address; null if unknown. */
  readonly place: Place | null
  readonly familyHash: Uint8Array<ArrayBuffer>
}

/** Creates a session that begins now, without storing it. */
export function newSession(
  deps: { clock: Clock; ids: Ids; rules: SessionRules },
  request: SessionRequest,
): NewSession {
  const now = deps.clock.now()
  const lifetime = lifetimeFor(deps.rules, request.owner.role, request.rememberMe)
  return {
    id: deps.ids.next(),
    tenantId: request.owner.tenantId,
    userId: request.owner.id,
    transport: request.transport,
    rememberMe: request.rememberMe,
    createdAt: now,
    lastUsedAt: now,
    idleSeconds: lifetime.idleSeconds,
    idleExpiresAt: secondsAfter(now, lifetime.idleSeconds),
    expiresAt: secondsAfter(now, lifetime.maxSeconds),
    authTime: now,
    secondFactorAt: assuranceLevelOf(request.amr) === 'AAL2' ? now : null,
    amr: request.amr,
    ipAddress: request.origin.address,
    userAgent: request.origin.userAgent,
    device: describeDevice(request.origin.userAgent, request.device, request.origin.mobile),
    profile: deviceProfile(request.origin, request.device),
    network: sessionNetwork(request.origin.address),
    place: request.place,
    riskSignals: [],
    riskScore: 0,
    familyHash: request.familyHash,
  }
}

function secondsAfter(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000)
}
