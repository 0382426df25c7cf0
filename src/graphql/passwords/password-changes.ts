import {
  AccountLockedProblem,
  InvalidCredentialsProblem,
  InvalidInputProblem,
  InvalidTokenProblem,
  PasswordReusedProblem,
  ReauthenticationRequiredProblem,
  WeakPasswordProblem,
} from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { PasswordChanged } from '../../flows/passwords/change-password.ts'
import type { AccessEnded } from '../../flows/steps/sessions/sign-out.ts'
import { anyone, signedIn } from '../edge/access.ts'
import { addMailRequest } from '../edge/add-mail-request.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import { deliverSession } from '../edge/context.ts'
import { deviceTokenDescription } from '../edge/descriptions.ts'
import type { Types } from '../edge/types.ts'

const newPassword = {
  required: true,
  description: 'New password. Must meet the policy of the query passwordPolicy. Never trimmed or truncated.',
} as const

/** The mutations that set a password: with a mailed token, and with the current password. */
export function addPasswordChanges(builder: Builder, types: Types): void {
  addRequestPasswordReset(builder)
  addResetPassword(builder)
  addChangePassword(builder, types)
}

function addRequestPasswordReset(builder: Builder): void {
  addMailRequest(builder, {
    name: 'requestPasswordReset',
    description:
      'Mails a link to set a new password. For addresses without an account, the response and its duration are the same.',
    inputDescription: 'The account whose password was forgotten.',
    flow: ({ flows }) => flows.requestPasswordReset,
  })
}

function addResetPassword(builder: Builder): void {
  const input = builder.inputType('ResetPasswordInput', {
    description: 'Token from the mail, and the new password.',
    fields: (t) => ({
      token: t.string({
        required: true,
        description: 'Token from the link. Valid once; used up only if the new password is accepted.',
      }),
      newPassword: t.string(newPassword),
    }),
  })
  const success = builder.objectRef<AccessEnded>('ResetPasswordSuccess').implement({
    description:
      'The password was set. All sessions of the account have ended: sign in with the new password.',
    fields: (t) => ({
      revokedSessions: t.exposeInt('revokedSessions', { description: 'Number of sessions that were ended.' }),
      revokedApiKeys: t.exposeInt('revokedApiKeys', {
        description:
          'Number of API keys that were revoked: all with a mailed token, none with the resetToken of PasswordExpired.',
      }),
    }),
  })
  addMutation(builder, {
    name: 'resetPassword',
    description:
      'Sets a new password and ends all sessions. A mailed token also ends all API keys of the account. No session begins.',
    input,
    success,
    problems: [InvalidTokenProblem, InvalidInputProblem, WeakPasswordProblem, PasswordReusedProblem],
    access: anyone,
    limit: limits.oneTimeToken,
    checksCredentials: true,
    resolve: ({ input, context }) => context.flows.resetPassword(input, context.origin),
  })
}

function addChangePassword(builder: Builder, types: Types): void {
  const input = builder.inputType('ChangePasswordInput', {
    description: 'Current password and new password.',
    fields: (t) => ({
      currentPassword: t.string({ required: true, description: 'Current password of the account.' }),
      newPassword: t.string(newPassword),
      revokeApiKeys: t.boolean({
        required: true,
        defaultValue: false,
        description:
          'Also revokes all API keys of the account. Set it if another person may have had access to the account.',
      }),
    }),
  })
  const success = builder.objectRef<PasswordChanged>('ChangePasswordSuccess').implement({
    description:
      'The password was changed. All other sessions have ended; this session has new tokens and its earlier ones are refused.',
    fields: (t) => ({
      revokedSessions: t.exposeInt('revokedSessions', {
        description: 'Number of other sessions that were ended.',
      }),
      revokedApiKeys: t.exposeInt('revokedApiKeys', {
        description: 'Number of API keys that were revoked; 0 without revokeApiKeys.',
      }),
      tokens: t.expose('tokens', { type: types.tokens, description: 'New tokens of this session.' }),
      deviceToken: t.string({
        nullable: true,
        description: `${deviceTokenDescription} Replaces the earlier device token: those of all devices are no longer valid.`,
        resolve: ({ tokens, deviceToken }) => (tokens.transport === 'BODY' ? deviceToken : null),
      }),
    }),
  })
  addMutation(builder, {
    name: 'changePassword',
    description:
      'Sets a new password and ends all of your other sessions. Requires the current password, and recent reauthentication with two factors if the account has a second factor.',
    input,
    success,
    problems: [
      ReauthenticationRequiredProblem,
      InvalidCredentialsProblem,
      WeakPasswordProblem,
      PasswordReusedProblem,
      AccountLockedProblem,
      InvalidInputProblem,
    ],
    access: signedIn,
    limit: limits.credentials,
    checksCredentials: true,
    resolve: async ({ input, viewer, context }) => {
      const { credentials, origin } = context
      const changed = await context.flows.changePassword(input, viewer, credentials.deviceCookie, origin)
      deliverSession(context, changed.session, changed.tokens)
      if (changed.tokens.transport !== 'BODY') context.cookies.trustDevice(changed.deviceToken)
      return changed
    },
  })
}
