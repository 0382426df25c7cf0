import type { JsonObject } from '../../lib/text/json.ts'
import type { OwnerAccess } from '../access/owner-access.ts'
import type { RiskSignal } from '../risk/risk-rules.ts'
import type { UserRole } from '../users/user.ts'
import type { Device } from './device.ts'
import type { DeviceProfile } from './device-profile.ts'

/** How the tokens of a session are transported. A session keeps the transport of its sign-in. */
export const tokenTransports = ['BODY', 'COOKIE', 'HYBRID'] as const
export type TokenTransport = (typeof tokenTransports)[number]

/** One sign-in on one device, with its family of refresh tokens. */
export interface Session {
  readonly id: string
  readonly tenantId: string
  readonly userId: string
  readonly transport: TokenTransport
  readonly rememberMe: boolean
  readonly createdAt: Date
  readonly lastUsedAt: Date
  /** When the session ends if it is not refreshed; never later than `expiresAt`. */
  readonly idleExpiresAt: Date
  /** When the session ends in any case. */
  readonly expiresAt: Date
  /** When the owner last proved the password, or signed in with a passkey. */
  readonly authTime: Date
  /** When the owner last proved a second factor or a passkey in this session; null if never. */
  readonly secondFactorAt: Date | null
  /** Authentication methods (RFC 8176). */
  readonly amr: readonly string[]
  readonly ipAddress: string | null
  readonly userAgent: string | null
  readonly device: Device
  /** The device of the sign-in, with which later requests are compared. */
  readonly profile: DeviceProfile
  /** The network of the sign-in, from `sessionNetwork`; null if unknown. */
  readonly network: string | null
  /** Signals that were raised at the sign-in or later. */
  readonly riskSignals: readonly RiskSignal[]
  /** 0 to 100. */
  readonly riskScore: number
}

/** A session with the state of its refresh tokens. */
export interface SessionState extends Session {
  readonly generation: number
  /**
   * The last rotations without a gap, newest first, at most `maxRotations`. The first one created this generation. Of the others, those
   * that the grace period can no longer need are left out.
   */
  readonly rotations: readonly PastRotation[]
  /** The generation of which a token was last seen; null if none was. */
  readonly seenGeneration: number | null
  readonly revokedAt: Date | null
}

/** An advance of the generation. The token that it replaced was current until then. */
export interface PastRotation {
  readonly at: Date
  /** The digest of the device that presented the replaced token. */
  readonly device: Uint8Array
}

/** Number of rotations that a session remembers: so many generations back a token can be a repeat. */
export const maxRotations = 8

/** Properties of the owner that the next access token contains. */
export interface SessionOwner {
  readonly role: UserRole
  readonly tokenVersion: number
  /** What the application's roles grant; null: the owner has none. */
  readonly access: OwnerAccess | null
  /** Those members of the owner's metadata that TOKEN_CLAIMS maps into access tokens. */
  readonly metadata: JsonObject
}

export const revocationReasons = [
  'LOGOUT',
  'LOGOUT_EVERYWHERE',
  'REVOKED_BY_USER',
  'PASSWORD_CHANGED',
  'PASSWORD_RESET',
  'EMAIL_CHANGE_UNDONE',
  'FACTOR_ADDED',
  'FACTOR_REQUIRED',
  'FACTOR_CHANGE_UNDONE',
  'FACTORS_RESET',
  'ACCOUNT_DELETED',
  'REGISTRATION_DENIED',
  'REFRESH_TOKEN_REUSED',
  'DEVICE_MISMATCH',
  'IP_CHANGED',
  'SESSION_LIMIT',
  'REPLACED_BY_LOGIN',
  'SESSION_REPORTED',
  'REVOKED_BY_ADMINISTRATOR',
  'ACCOUNT_LOCKED',
  'ACCOUNT_DEACTIVATED',
  'TENANT_DEACTIVATED',
] as const
export type RevocationReason = (typeof revocationReasons)[number]

/** When a session ends if it is not refreshed: the earlier of its two ends. */
export function endOf(session: Pick<Session, 'idleExpiresAt' | 'expiresAt'>): Date {
  return session.idleExpiresAt < session.expiresAt ? session.idleExpiresAt : session.expiresAt
}
