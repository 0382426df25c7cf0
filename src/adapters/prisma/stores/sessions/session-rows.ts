import { sharedUserAgent } from '../../../../domain/audit/user-agents.ts'
import type { Place } from '../../../../domain/risk/geo-locator.ts'
import { isRiskSignal } from '../../../../domain/risk/risk-rules.ts'
import {
  type Device,
  type DeviceType,
  defaultDeviceName,
  deviceTypes,
} from '../../../../domain/sessions/device.ts'
import type { DeviceProfile } from '../../../../domain/sessions/device-profile.ts'
import type {
  PastRotation,
  RevocationReason,
  SessionState,
  TokenTransport,
} from '../../../../domain/sessions/session.ts'
import type { PastSession } from '../../../../domain/sessions/session-store.ts'
import { Prisma } from '../../generated/client.ts'
import { type FilledStatement, FixedStatement } from '../fixed-statement.ts'
import { acceptsFrom } from '../tenant-access.ts'

/** The device columns of a session. */
export interface DeviceRow {
  readonly fingerprintDigest: Uint8Array<ArrayBuffer> | null
  readonly deviceBrowser: string | null
  readonly deviceOs: string | null
  readonly deviceType: string
  readonly devicePlatform: string | null
  readonly deviceLanguage: string | null
}

/** A rotation as the table stores it: the generation that it created, milliseconds since 1970, and hexadecimal digits. */
interface EarlierRotation {
  readonly generation: number
  readonly at: number
  readonly device: string
}

export interface SessionRow extends DeviceRow {
  readonly id: string
  readonly tenantId: string
  readonly userId: string
  readonly generation: number
  readonly previousAt: Date | null
  readonly rotatedBy: Uint8Array | null
  readonly earlierRotations: readonly EarlierRotation[]
  readonly seenGeneration: number | null
  readonly transport: TokenTransport
  readonly rememberMe: boolean
  readonly createdAt: Date
  readonly lastUsedAt: Date
  readonly idleExpiresAt: Date
  readonly expiresAt: Date
  readonly revokedAt: Date | null
  readonly authTime: Date
  readonly secondFactorAt: Date | null
  readonly amr: string[]
  readonly ipAddress: string | null
  readonly userAgent: string | null
  readonly deviceName: string | null
  readonly network: string | null
  readonly riskSignals: string[]
  readonly riskScore: number
}

/** A past session, with which the next sign-in is compared. */
export interface PastRow extends DeviceRow, Place {
  readonly createdAt: Date
  readonly network: string | null
  readonly revokedReason: string | null
}

/** Columns of a DeviceRow; the alias of the table is `s`. */
const deviceColumns = Prisma.sql`s.fingerprint_digest AS "fingerprintDigest", s.device_browser AS "deviceBrowser",
  s.device_os AS "deviceOs", s.device_type AS "deviceType", s.device_platform AS "devicePlatform",
  s.device_language AS "deviceLanguage"`

/** The text counts before the reference, which an earlier version leaves as it was when it writes the text. */
const userAgent = Prisma.sql`COALESCE(s.user_agent, (SELECT a.user_agent FROM user_agents a WHERE a.id = s.user_agent_id))`

/** Columns of a SessionRow; the alias of the table is `s`. */
export const sessionColumns = sessionColumnsWith(userAgent)

/** The same, for a statement that knows the User-Agent and need not read it. */
export function sessionColumnsWith(knownUserAgent: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`s.id, s.tenant_id AS "tenantId", s.user_id AS "userId", s.generation,
  s.previous_at AS "previousAt", s.rotated_by AS "rotatedBy", s.earlier_rotations AS "earlierRotations",
  s.seen_generation AS "seenGeneration", s.transport, s.remember_me AS "rememberMe",
  s.created_at AS "createdAt", s.last_used_at AS "lastUsedAt", s.idle_expires_at AS "idleExpiresAt",
  s.expires_at AS "expiresAt", s.revoked_at AS "revokedAt", s.auth_time AS "authTime",
  s.second_factor_at AS "secondFactorAt", s.amr,
  host(s.ip_address) AS "ipAddress", ${knownUserAgent} AS "userAgent", s.device_name AS "deviceName",
  s.network, s.risk_signals AS "riskSignals", s.risk_score AS "riskScore", ${deviceColumns}`
}

/** Names each field: a rest of so many columns is copied slowly. */
export function toSession(row: SessionRow): SessionState {
  return {
    id: row.id,
    tenantId: row.tenantId,
    userId: row.userId,
    transport: row.transport,
    rememberMe: row.rememberMe,
    createdAt: row.createdAt,
    lastUsedAt: row.lastUsedAt,
    idleExpiresAt: row.idleExpiresAt,
    expiresAt: row.expiresAt,
    authTime: row.authTime,
    secondFactorAt: row.secondFactorAt,
    amr: row.amr,
    ipAddress: row.ipAddress,
    userAgent: row.userAgent,
    device: toDevice(row),
    profile: toProfile(row),
    network: row.network,
    riskSignals: row.riskSignals.filter(isRiskSignal),
    riskScore: row.riskScore,
    generation: row.generation,
    rotations: toRotations(row),
    seenGeneration: row.seenGeneration,
    revokedAt: row.revokedAt,
  }
}

function toDevice({ deviceName, deviceBrowser: browser, deviceOs: os, deviceType }: SessionRow): Device {
  return {
    name: deviceName ?? defaultDeviceName({ browser, os }),
    browser,
    os,
    type: toDeviceType(deviceType),
  }
}

/** Earlier rotations count up to the first gap, which a restored backup or an older version of the service can leave. */
function toRotations({ generation, previousAt, rotatedBy, earlierRotations }: SessionRow): PastRotation[] {
  if (previousAt === null || rotatedBy === null) return []
  const rotations: PastRotation[] = [{ at: previousAt, device: rotatedBy }]
  for (const earlier of earlierRotations) {
    if (earlier.generation !== generation - rotations.length) break
    rotations.push({ at: new Date(earlier.at), device: Buffer.from(earlier.device, 'hex') })
  }
  return rotations
}

function toProfile(row: DeviceRow): DeviceProfile {
  return {
    fingerprint: row.fingerprintDigest,
    browser: row.deviceBrowser,
    os: row.deviceOs,
    type: toDeviceType(row.deviceType),
    platform: row.devicePlatform,
    language: row.deviceLanguage,
  }
}

/** A session that ended for one of these reasons may have been an attacker's: its device and place are not trusted. */
const untrustedReasons: readonly string[] = [
  'REFRESH_TOKEN_REUSED',
  'DEVICE_MISMATCH',
  'IP_CHANGED',
  'SESSION_REPORTED',
] satisfies readonly RevocationReason[]

export function toPastSession(row: PastRow): PastSession {
  const { createdAt, network, country, latitude, longitude, revokedReason } = row
  const isPlaced = country !== null || latitude !== null
  return {
    createdAt,
    network,
    profile: toProfile(row),
    place: isPlaced ? { country, latitude, longitude } : null,
    trusted: revokedReason === null || !untrustedReasons.includes(revokedReason),
  }
}

function toDeviceType(text: string): DeviceType {
  return deviceTypes.find((type) => type === text) ?? 'UNKNOWN'
}

/** Joins the entry with that digest as `agent`, whose columns are null if there is none. */
export function joinAgent(digest: Uint8Array | Prisma.Sql | null): Prisma.Sql {
  return Prisma.sql`LEFT JOIN user_agents agent ON agent.digest = ${digest}::bytea`
}

export function sharedAgentDigest(userAgent: string | null, at: Date): Uint8Array | null {
  return userAgent === null ? null : sharedUserAgent(userAgent, at).digest
}

/** The column `user_agent` of a session that is written with `joinAgent`; `agent.id` is `user_agent_id`. */
export function unsharedAgent(userAgent: string | Prisma.Sql | null): Prisma.Sql {
  return Prisma.sql`CASE WHEN agent.id IS NULL THEN ${userAgent}::text END`
}

/** The column `device_name` of a session that begins; null: the name follows from browser and system. */
export function givenDeviceName(device: Device): string | null {
  return device.name === defaultDeviceName(device) ? null : device.name
}

/** Whether the tenant of a session `s` is active, and was not deactivated since the session began. */
export const hasTenant = acceptsFrom(Prisma.sql`s.tenant_id`, Prisma.sql`s.created_at`)

/** Whether a session `s` is live at that time. */
export function isLive(now: Date): Prisma.Sql {
  return isLiveAt(Prisma.sql`${now}::timestamptz`)
}

export function isLiveAt(now: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`s.revoked_at IS NULL AND s.idle_expires_at > ${now} AND s.expires_at > ${now} AND ${hasTenant}`
}

const pastSessions = new FixedStatement<{ userId: string; limit: number }>((value) => {
  const limit = value('limit')
  const newest = (state: Prisma.Sql) => Prisma.sql`(
    SELECT s.* FROM sessions s WHERE s.user_id = ${value('userId')}::uuid AND ${state} ORDER BY s.user_id DESC, s.id DESC LIMIT ${limit})`
  return Prisma.sql`
    SELECT s.created_at AS "createdAt", s.network, s.country, s.latitude, s.longitude,
      s.revoked_reason AS "revokedReason", ${deviceColumns}
    FROM (${newest(Prisma.sql`s.revoked_at IS NULL`)} UNION ALL ${newest(Prisma.sql`s.revoked_at IS NOT NULL`)}) AS s
    ORDER BY s.id DESC LIMIT ${limit}`
})

/** The newest sessions of a user as PastRows. Live ones are few and are sorted; ended ones have an index in order. The statement merges both. */
export function selectPastSessions(userId: string, limit: number): FilledStatement {
  return pastSessions.fill({ userId, limit })
}

/** Whether the account `u` may use its sessions at that time. */
export function isAllowed(now: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(u.active AND (u.locked_at IS NULL OR u.locked_until <= ${now}))`
}

/** The subject of an audit row about a session that the statement selects. */
export function subjectOfSession(source: Prisma.Sql) {
  return {
    tenantId: Prisma.sql`${source}.tenant_id`,
    userId: Prisma.sql`${source}.user_id`,
    sessionId: Prisma.sql`${source}.id`,
  }
}
