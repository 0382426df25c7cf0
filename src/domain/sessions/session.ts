import type { RiskSignal } from '../risk/risk-rules.ts'
import type { UserRole } from '../users/user.ts'
import type { Device } from './device.ts'
import type { DeviceProfile } from './device-profile.ts'

/** Where the tokens of a session travel; a session keeps the transport that it began with. */
export const tokenTransports = ['BODY', 'COOKIE', 'HYBRID'] as const
export type TokenTransport = (typeof tokenTransports)[number]

/** One sign-in on one device, with its chain of refresh tokens. */
export interface Session {
  readonly id: string
  readonly tenantId: string
  readonly userId: string
  readonly transport: TokenTransport
  readonly rememberMe: boolean
  readonly createdAt: Date
  readonly lastUsedAt: Date
  /** When it ends if nothing refreshes it; never later than `expiresAt`. */
  readonly idleExpiresAt: Date
  /** When it ends whatever happens. */
  readonly expiresAt: Date
  /** When its owner last proved the password. */
  readonly authTime: Date
  /** How, in the words of RFC 8176. */
  readonly amr: readonly string[]
  readonly ipAddress: string | null
  readonly userAgent: string | null
  readonly device: Device
  /** The device that it began on: what later requests are compared with. */
  readonly profile: DeviceProfile
  /** The network that it began in, as network.ts writes it; null = unknown. */
  readonly network: string | null
  /** What made it look unusual when it began or since. */
  readonly riskSignals: readonly RiskSignal[]
  /** 0 to 100. */
  readonly riskScore: number
}

/** A session's refresh state, besides what it shows. */
export interface SessionState extends Session {
  readonly generation: number
  /** When the generation last advanced, and the digest of the device that advanced it. */
  readonly previousAt: Date | null
  readonly rotatedBy: Uint8Array | null
  readonly revokedAt: Date | null
}

/** Whose session it is, as far as the next access token tells it. */
export interface SessionOwner {
  readonly role: UserRole
  readonly tokenVersion: number
}

export const revocationReasons = [
  'LOGOUT',
  'LOGOUT_EVERYWHERE',
  'REVOKED_BY_USER',
  'PASSWORD_CHANGED',
  'PASSWORD_RESET',
  'EMAIL_CHANGE_UNDONE',
  'ACCOUNT_DELETED',
  'REGISTRATION_DENIED',
  'REFRESH_TOKEN_REUSED',
  'DEVICE_MISMATCH',
  'IP_CHANGED',
  'SESSION_LIMIT',
  'SESSION_REPORTED',
  'REVOKED_BY_ADMINISTRATOR',
  'ACCOUNT_LOCKED',
  'ACCOUNT_DEACTIVATED',
] as const
export type RevocationReason = (typeof revocationReasons)[number]

/** When a session ends if nothing refreshes it: the earlier of its two ends. */
export function endOf(session: Pick<Session, 'idleExpiresAt' | 'expiresAt'>): Date {
  return session.idleExpiresAt < session.expiresAt ? session.idleExpiresAt : session.expiresAt
}
