import type { Device } from '../../domain/sessions/device.ts'
import { type Session, type TokenTransport, tokenTransports } from '../../domain/sessions/session.ts'
import type { User, UserRole } from '../../domain/users/user.ts'
import type { SessionTokens } from '../../flows/steps/session-tokens.ts'
import { auditEventTypeValues } from './audit-event-types.ts'
import type { Builder } from './builder.ts'
import { passwordRequirementValues } from './problem-codes.ts'

/** The names that types of several files refer to each other by; each is implemented in the file of its noun. */
export function createTypes(builder: Builder) {
  return {
    user: builder.objectRef<User>('User'),
    session: builder.objectRef<Session>('Session'),
    sessionDevice: builder.objectRef<Device>('SessionDevice'),
    tokens: builder.objectRef<SessionTokens>('AuthTokens'),
    userRole: builder.enumType('UserRole', {
      description: 'What somebody may do at large.',
      values: userRoleValues,
    }),
    auditEventType: builder.enumType('AuditEventType', {
      description: 'What can happen to an account. The list grows, and no value is ever renamed.',
      values: auditEventTypeValues,
    }),
    passwordRequirement: builder.enumType('PasswordRequirement', {
      description: 'What a password policy can ask for.',
      values: passwordRequirementValues,
    }),
    tokenTransport: builder.enumType('TokenTransport', {
      description: 'Where the tokens of a session travel; a session keeps the transport that it began with.',
      values: tokenTransportValues,
    }),
    deviceInput: builder.inputType('DeviceInput', {
      description: 'What the client knows of its device.',
      fields: (t) => ({
        name: t.string({
          description:
            'Shown in lists of sessions instead of what the User-Agent tells; at most 100 characters.',
        }),
        fingerprint: t.string({
          description:
            "Any stable string of the client's own, at most 512 characters; stored as a digest, part of device matching.",
        }),
      }),
    }),
  }
}

export type Types = ReturnType<typeof createTypes>

const userRoleValues = {
  USER: { description: 'May do what concerns the own account.' },
  MODERATOR: { description: 'May also read and lock users, end their sessions and read the audit log.' },
  ADMIN: { description: 'May do everything.' },
} as const satisfies Record<UserRole, { description: string }>

const tokenTransportValues = {
  BODY: { description: 'Both tokens in the response body (native apps, servers, tools).' },
  COOKIE: { description: 'Both tokens in HttpOnly cookies, none in the body (browser and API on one site).' },
  HYBRID: {
    description:
      'Access token in the body to keep in memory, refresh token in an HttpOnly cookie (SPA behind a gateway).',
  },
} as const satisfies Record<TokenTransport, { description: string }>

/** BODY, as the inputs' default value wants it. */
export const defaultTransport = tokenTransports[0]
