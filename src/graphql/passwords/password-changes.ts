import {
  AccountLockedProblem,
  InvalidCredentialsProblem,
  InvalidInputProblem,
  InvalidTokenProblem,
  PasswordReusedProblem,
  RateLimitedProblem,
  WeakPasswordProblem,
} from '../../domain/problems.ts'
import { mailIdentifier } from '../../domain/rate-limits/limit-identifier.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { PasswordChanged } from '../../flows/passwords/change-password.ts'
import type { Builder } from '../edge/builder.ts'
import { actingViewerOf, deliverSession } from '../edge/context.ts'
import type { Types } from '../edge/types.ts'

/** The mutations that set a password: by a mail, and by the old one. */
export function addPasswordChanges(builder: Builder, types: Types): void {
  addRequestPasswordReset(builder)
  addResetPassword(builder)
  addChangePassword(builder, types)
}

function addRequestPasswordReset(builder: Builder): void {
  const input = builder.inputType('RequestPasswordResetInput', {
    description: 'Whose password was forgotten.',
    fields: (t) => ({
      email: t.string({ required: true, description: 'The address of the account.' }),
      tenant: t.string({ description: 'The slug of the tenant; the default one unless told.' }),
    }),
  })
  const success = builder.objectRef<{ email: string }>('RequestPasswordResetSuccess').implement({
    description: 'Answered the same whether or not the address has an account.',
    fields: (t) => ({ email: t.exposeString('email', { description: 'The address as it was understood.' }) }),
  })
  const result = builder.errorUnion('RequestPasswordResetResult', {
    description: 'What requestPasswordReset answers.',
    types: [success, InvalidInputProblem, RateLimitedProblem],
    resolveType: () => 'RequestPasswordResetSuccess',
  })
  builder.mutationField('requestPasswordReset', (t) =>
    t.field({
      type: result,
      nullable: true,
      description:
        'Mails a link that sets a new password. It answers, and takes as long, for unknown addresses too.',
      args: { input: t.arg({ type: input, required: true, description: 'Whose.' }) },
      authScopes: { anyone: true },
      rateLimit: limits.mail,
      limitIdentifier: ({ input: { email } }) => mailIdentifier(email),
      resolve: async (_root, args, context) => ({
        email: await context.flows.requestPasswordReset(args.input, context.origin),
      }),
    }),
  )
}

function addResetPassword(builder: Builder): void {
  const input = builder.inputType('ResetPasswordInput', {
    description: 'The link of the mail and the new password.',
    fields: (t) => ({
      token: t.string({
        required: true,
        description: 'The token of the link; good once, and only with a password that is accepted.',
      }),
      newPassword: t.string({
        required: true,
        description: 'As passwordPolicy wants it; never trimmed or cut.',
      }),
    }),
  })
  const success = builder.objectRef<{ revokedSessions: number }>('ResetPasswordSuccess').implement({
    description: 'All sessions of the account are revoked; sign in with the new password.',
    fields: (t) => ({
      revokedSessions: t.exposeInt('revokedSessions', { description: 'How many sessions ended.' }),
    }),
  })
  const result = builder.errorUnion('ResetPasswordResult', {
    description: 'What resetPassword answers.',
    types: [
      success,
      InvalidTokenProblem,
      InvalidInputProblem,
      WeakPasswordProblem,
      PasswordReusedProblem,
      RateLimitedProblem,
    ],
    resolveType: () => 'ResetPasswordSuccess',
  })
  builder.mutationField('resetPassword', (t) =>
    t.field({
      type: result,
      nullable: true,
      description: 'Sets a new password by the token of a mail. It signs nobody in.',
      args: { input: t.arg({ type: input, required: true, description: 'The link and the new password.' }) },
      authScopes: { anyone: true },
      rateLimit: limits.oneTimeToken,
      checksCredentials: true,
      resolve: async (_root, args, context) => ({
        revokedSessions: await context.flows.resetPassword(args.input, context.origin),
      }),
    }),
  )
}

function addChangePassword(builder: Builder, types: Types): void {
  const input = builder.inputType('ChangePasswordInput', {
    description: 'The old password and the new one.',
    fields: (t) => ({
      currentPassword: t.string({ required: true, description: 'The password of the account, once more.' }),
      newPassword: t.string({
        required: true,
        description: 'As passwordPolicy wants it; never trimmed or cut.',
      }),
    }),
  })
  const success = builder.objectRef<PasswordChanged>('ChangePasswordSuccess').implement({
    description: 'All other sessions are revoked; this one gets new tokens, and its old ones are refused.',
    fields: (t) => ({
      revokedSessions: t.exposeInt('revokedSessions', { description: 'How many other sessions ended.' }),
      tokens: t.expose('tokens', { type: types.tokens, description: 'The new tokens of this session.' }),
      deviceToken: t.string({
        nullable: true,
        description:
          'Marks this device as known; keep it in the place of the one before, which is void like that of every other device. Null with cookie transports: a cookie carries it.',
        resolve: ({ tokens, deviceToken }) => (tokens.transport === 'BODY' ? deviceToken : null),
      }),
    }),
  })
  const result = builder.errorUnion('ChangePasswordResult', {
    description: 'What changePassword answers.',
    types: [
      success,
      InvalidCredentialsProblem,
      WeakPasswordProblem,
      PasswordReusedProblem,
      AccountLockedProblem,
      InvalidInputProblem,
      RateLimitedProblem,
    ],
    resolveType: () => 'ChangePasswordSuccess',
  })
  builder.mutationField('changePassword', (t) =>
    t.field({
      type: result,
      nullable: true,
      description: 'Sets a new password by the old one, and signs you out everywhere else.',
      args: { input: t.arg({ type: input, required: true, description: 'The old and the new one.' }) },
      authScopes: { acting: true },
      rateLimit: limits.credentials,
      checksCredentials: true,
      resolve: async (_root, args, context) => {
        const changed = await context.flows.changePassword(
          args.input,
          actingViewerOf(context),
          context.credentials.deviceCookie,
          context.origin,
        )
        deliverSession(context, changed.session, changed.tokens)
        if (changed.tokens.transport !== 'BODY') context.cookies.trustDevice(changed.deviceToken)
        return changed
      },
    }),
  )
}
