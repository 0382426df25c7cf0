import type { JsonObject } from '../../lib/text/json.ts'

/** Kinds of events. Values are added, but never renamed or removed. */
export const auditEventTypes = [
  'USER_REGISTERED',
  'LOGIN_SUCCEEDED',
  'LOGIN_FAILED',
  'LOGOUT',
  'TOKEN_REFRESHED',
  'REFRESH_TOKEN_REUSED',
  'SESSION_REVOKED',
  'PHONE_VERIFIED',
  'SESSION_RENAMED',
  'TOKEN_REVOKED',
  'EMAIL_VERIFIED',
  'EMAIL_CHANGED',
  'EMAIL_CHANGE_REQUESTED',
  'EMAIL_VERIFICATION_REQUESTED',
  'USER_IMPORTED',
  'PASSWORD_RESET_REQUESTED',
  'PASSWORD_RESET',
  'PASSWORD_CHANGED',
  'PASSWORD_EXPIRY_CHANGED',
  'PROFILE_UPDATED',
  'ACCOUNT_LOCKED',
  'ACCOUNT_UNLOCKED',
  'ACCOUNT_DELETED',
  'ROLE_CHANGED',
  'USER_ROLES_CHANGED',
  'USER_METADATA_CHANGED',
  'USER_DEACTIVATED',
  'USER_REACTIVATED',
  'API_KEY_CREATED',
  'API_KEY_REVOKED',
  'SIGNING_KEYS_ROTATED',
  'RATE_LIMITED',
  'SUSPICIOUS_ACTIVITY',
  'MFA_CHALLENGED',
  'MFA_FAILED',
  'FACTOR_ADDED',
  'FACTOR_REMOVED',
  'FACTOR_CHANGE_UNDONE',
  'FACTORS_RESET',
  'SECOND_STEP_CHANGED',
  'RECOVERY_CODE_USED',
  'RECOVERY_CODES_GENERATED',
  'DEVICE_REMEMBERED',
  'DEVICES_FORGOTTEN',
  'PERMISSIONS_CHANGED',
  'ROLES_CHANGED',
  'TENANT_CREATED',
  'TENANT_CHANGED',
  'TENANT_DEACTIVATED',
  'TENANT_REACTIVATED',
] as const
export type AuditEventType = (typeof auditEventTypes)[number]

/** A security-relevant event. It contains no secret, no password and no token. */
export interface AuditEvent {
  readonly id: string
  readonly tenantId: string | null
  readonly type: AuditEventType
  /** The user whom the event is about; null for an identifier without an account. */
  readonly userId: string | null
  /** The user who acted, if it is another user. */
  readonly actorId: string | null
  readonly sessionId: string | null
  readonly ipAddress: string | null
  readonly userAgent: string | null
  readonly requestId: string | null
  readonly reason: string | null
  readonly details: JsonObject
  readonly createdAt: Date
}
