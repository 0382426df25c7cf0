import { type DeviceType, deviceTypes } from '../../domain/sessions/device.ts'
import type { SessionOwner, SessionState, TokenTransport } from '../../domain/sessions/session.ts'
import type { UserRole } from '../../domain/users/user.ts'
import { Prisma } from './generated/client.ts'

export interface SessionRow {
  readonly id: string
  readonly tenantId: string
  readonly userId: string
  readonly generation: number
  readonly previousAt: Date | null
  readonly rotatedBy: Uint8Array | null
  readonly transport: TokenTransport
  readonly rememberMe: boolean
  readonly createdAt: Date
  readonly lastUsedAt: Date
  readonly idleExpiresAt: Date
  readonly expiresAt: Date
  readonly revokedAt: Date | null
  readonly authTime: Date
  readonly amr: string[]
  readonly ipAddress: string | null
  readonly userAgent: string | null
  readonly deviceName: string | null
  readonly deviceBrowser: string | null
  readonly deviceOs: string | null
  readonly deviceType: string
}

export interface OwnerRow {
  readonly role: UserRole
  readonly tokenVersion: number
}

/** The columns of a SessionRow, of a table that goes by the name of `s`. */
export const sessionColumns = Prisma.sql`s.id, s.tenant_id AS "tenantId", s.user_id AS "userId", s.generation,
  s.previous_at AS "previousAt", s.rotated_by AS "rotatedBy", s.transport, s.remember_me AS "rememberMe",
  s.created_at AS "createdAt", s.last_used_at AS "lastUsedAt", s.idle_expires_at AS "idleExpiresAt",
  s.expires_at AS "expiresAt", s.revoked_at AS "revokedAt", s.auth_time AS "authTime", s.amr,
  host(s.ip_address) AS "ipAddress", s.user_agent AS "userAgent", s.device_name AS "deviceName",
  s.device_browser AS "deviceBrowser", s.device_os AS "deviceOs", s.device_type AS "deviceType"`

export function toSession(row: SessionRow): SessionState {
  const { deviceName, deviceBrowser, deviceOs, deviceType, ...session } = row
  return {
    ...session,
    device: {
      name: deviceName ?? 'Unknown device',
      browser: deviceBrowser,
      os: deviceOs,
      type: toDeviceType(deviceType),
    },
  }
}

export function toOwner(row: OwnerRow): SessionOwner {
  return { role: row.role, tokenVersion: row.tokenVersion }
}

function toDeviceType(text: string): DeviceType {
  return deviceTypes.find((type) => type === text) ?? 'UNKNOWN'
}

/** Whether a session `s` lives at that time. */
export function isLive(now: Date): Prisma.Sql {
  return Prisma.sql`s.revoked_at IS NULL AND s.idle_expires_at > ${now}::timestamptz AND s.expires_at > ${now}::timestamptz`
}

/** Whether the account `u` may use its sessions at that time. */
export function isAllowed(now: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(u.active AND (u.locked_at IS NULL OR u.locked_until <= ${now}))`
}
