import type { AuditEventType } from '../../domain/audit/audit-event.ts'

/** The values of AuditEventType. */
export const auditEventTypeValues = {
  USER_REGISTERED: { description: 'The account was registered.' },
  LOGIN_SUCCEEDED: { description: 'A user signed in.' },
  LOGIN_FAILED: { description: 'A sign-in or a proof of the password failed.' },
  LOGOUT: { description: 'A user signed out, on one device or on all.' },
  TOKEN_REFRESHED: { description: 'A session received new tokens.' },
  REFRESH_TOKEN_REUSED: { description: 'A refresh token was used twice; its session was ended.' },
  SESSION_REVOKED: { description: 'Sessions were ended before they expired.' },
  SESSION_RENAMED: { description: 'A user named one of their sessions.' },
  TOKEN_REVOKED: { description: 'A token was revoked before it expired.' },
  EMAIL_VERIFIED: { description: 'The e-mail address was verified.' },
  EMAIL_CHANGED: { description: 'The e-mail address was changed, or a change was undone.' },
  EMAIL_CHANGE_REQUESTED: {
    description: 'A change of the e-mail address was requested; the address is unchanged.',
  },
  EMAIL_VERIFICATION_REQUESTED: { description: 'Another verification mail was requested.' },
  USER_IMPORTED: { description: 'An operator imported the account.' },
  PASSWORD_RESET_REQUESTED: { description: 'A link to set a new password was requested.' },
  PASSWORD_RESET: { description: 'A new password was set with a mailed token.' },
  PASSWORD_CHANGED: { description: 'A new password was set with the current password.' },
  PASSWORD_EXPIRY_CHANGED: { description: 'An administrator set when the password expires.' },
  PROFILE_UPDATED: { description: 'The profile was changed.' },
  ACCOUNT_LOCKED: { description: 'The account was locked, after failures or by an administrator.' },
  ACCOUNT_UNLOCKED: { description: 'A lock was removed.' },
  ACCOUNT_DELETED: { description: 'The account was deleted.' },
  ROLE_CHANGED: { description: 'The role of the account was changed.' },
  USER_DEACTIVATED: { description: 'An administrator deactivated the account.' },
  USER_REACTIVATED: { description: 'An administrator reactivated the account.' },
  API_KEY_CREATED: { description: 'An API key was created.' },
  API_KEY_REVOKED: { description: 'An API key was revoked.' },
  SIGNING_KEYS_ROTATED: {
    description:
      'The keys that sign access tokens were rotated. With the reason PLANNED: the rotation is planned.',
  },
  RATE_LIMITED: { description: 'Calls were refused because there were too many.' },
  SUSPICIOUS_ACTIVITY: {
    description: 'Suspicious activity, detected by the service or reported by the owner.',
  },
} as const satisfies Record<AuditEventType, { description: string }>
