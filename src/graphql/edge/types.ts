import type { AssuranceLevel } from '../../domain/sessions/assurance.ts'
import type { Device } from '../../domain/sessions/device.ts'
import type { Session, TokenTransport } from '../../domain/sessions/session.ts'
import type { User, UserRole } from '../../domain/users/user.ts'
import type {
  EmailUnverified,
  MfaEnrolmentRequired,
  PasswordExpired,
} from '../../flows/sign-in/login-answer.ts'
import type { SignedIn } from '../../flows/sign-in/signed-in.ts'
import type { SessionTokens } from '../../flows/steps/sessions/session-tokens.ts'
import { auditEventTypeValues } from './audit-event-types.ts'
import type { Builder } from './builder.ts'
import { deviceField } from './descriptions.ts'
import { passwordRequirementValues } from './problem-codes.ts'

/** References to types that several files use. Each object type is implemented in the file of its noun. */
export function createTypes(builder: Builder) {
  return {
    user: builder.objectRef<User>('User'),
    userChange: builder.objectRef<{ user: User }>('UserChangeSuccess'),
    session: builder.objectRef<Session>('Session'),
    sessionDevice: builder.objectRef<Device>('SessionDevice'),
    tokens: builder.objectRef<SessionTokens>('AuthTokens'),
    loginSuccess: builder.objectRef<SignedIn>('LoginSuccess'),
    mfaEnrolmentRequired: builder.objectRef<MfaEnrolmentRequired>('MfaEnrolmentRequired'),
    passwordExpired: builder.objectRef<PasswordExpired>('PasswordExpired'),
    emailUnverified: builder.objectRef<EmailUnverified>('EmailVerificationRequired'),
    userRole: builder.enumType('UserRole', {
      description: 'Role of a user. It determines their permissions.',
      values: userRoleValues,
    }),
    auditEventType: builder.enumType('AuditEventType', {
      description: 'Kind of audit event. The list grows; values are never renamed.',
      values: auditEventTypeValues,
    }),
    passwordRequirement: builder.enumType('PasswordRequirement', {
      description: 'Requirement of a password policy.',
      values: passwordRequirementValues,
    }),
    assuranceLevel: builder.enumType('AssuranceLevel', {
      description:
        'Authenticator assurance level (NIST SP 800-63B): how strongly the owner of a session proved who they are.',
      values: assuranceLevelValues,
    }),
    tokenTransport: builder.enumType('TokenTransport', {
      description: 'Where the tokens of a session travel. A session keeps the transport with which it began.',
      values: tokenTransportValues,
    }),
    deviceInput: builder.inputType('DeviceInput', {
      ...deviceField,
      fields: (t) => ({
        name: t.string({
          description:
            'Display name of the device, at most 100 characters. Replaces the name derived from the User-Agent header.',
        }),
        fingerprint: t.string({
          description:
            'Any stable string that the client chooses, at most 512 characters. Stored as a digest and used to recognise the device.',
        }),
      }),
    }),
  }
}

export type Types = ReturnType<typeof createTypes>

const userRoleValues = {
  USER: { description: 'Can manage their own account.' },
  MODERATOR: {
    description:
      'Can also read and lock users, end their sessions, and read roles of the application and the audit log.',
  },
  ADMIN: {
    description:
      'Has all permissions. The permissions keys:rotate, system:read, tenants:read and tenants:write exist only in the tenant `default`.',
  },
} as const satisfies Record<UserRole, { description: string }>

const assuranceLevelValues = {
  AAL1: { description: 'One factor.' },
  AAL2: { description: 'Two factors, or a passkey with user verification.' },
} as const satisfies Record<AssuranceLevel, { description: string }>

const tokenTransportValues = {
  BODY: { description: 'Both tokens in the response body (native apps, servers, tools).' },
  COOKIE: { description: 'Both tokens in HttpOnly cookies, none in the body (browser and API on one site).' },
  HYBRID: {
    description:
      'Access token in the body to keep in memory, refresh token in an HttpOnly cookie (SPA behind a gateway).',
  },
} as const satisfies Record<TokenTransport, { description: string }>
