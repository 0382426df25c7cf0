import {
  AccountLockedProblem,
  EmailTakenProblem,
  InvalidCredentialsProblem,
  InvalidInputProblem,
  InvalidTokenProblem,
  RateLimitedProblem,
} from '../domain/problems.ts'
import { limits } from '../domain/rate-limits/limits.ts'
import type { User } from '../domain/users/user.ts'
import type { Builder } from './builder.ts'
import { actingViewerOf, type GraphqlContext } from './context.ts'
import type { Types } from './types.ts'

/** The mutations about the address of an account: verification, and changing it. */
export function addEmail(builder: Builder, types: Types): void {
  addVerifyEmail(builder, types)
  addDenyRegistration(builder)
  addResendVerificationEmail(builder)
  addRequestEmailChange(builder)
  addConfirmEmailChange(builder, types)
  addUndoEmailChange(builder)
}

function tokenInput(builder: Builder, name: string, description: string) {
  return builder.inputType(name, {
    description,
    fields: (t) => ({
      token: t.string({ required: true, description: 'The token of the link in the mail; good once.' }),
    }),
  })
}

/** Whoever followed a link of the mail has proven to be the owner of the address. */
function reveal(context: GraphqlContext, user: User): { user: User } {
  context.proven.userIds.add(user.id)
  return { user }
}

function addVerifyEmail(builder: Builder, types: Types): void {
  const input = tokenInput(builder, 'VerifyEmailInput', 'A link of a verification mail.')
  const success = builder.objectRef<{ user: User }>('VerifyEmailSuccess').implement({
    description: 'The address is verified; sign in to go on.',
    fields: (t) => ({ user: t.expose('user', { type: types.user, description: 'Whose address it is.' }) }),
  })
  const result = builder.errorUnion('VerifyEmailResult', {
    description: 'What verifyEmail answers.',
    types: [success, InvalidTokenProblem, RateLimitedProblem],
    resolveType: () => 'VerifyEmailSuccess',
  })
  builder.mutationField('verifyEmail', (t) =>
    t.field({
      type: result,
      nullable: true,
      description: 'Verifies an address by the token that was mailed to it.',
      args: { input: t.arg({ type: input, required: true, description: 'The link.' }) },
      authScopes: { anyone: true },
      rateLimit: limits.oneTimeToken,
      resolve: async (_root, { input: { token } }, context) =>
        reveal(context, await context.flows.verifyEmail(token, context.origin)),
    }),
  )
}

function addDenyRegistration(builder: Builder): void {
  const input = tokenInput(
    builder,
    'DenyRegistrationInput',
    "The link 'I did not register' of a verification mail.",
  )
  const success = builder.objectRef<{ denied: boolean }>('DenyRegistrationSuccess').implement({
    description: 'The unverified account is gone.',
    fields: (t) => ({ denied: t.exposeBoolean('denied', { description: 'Always true.' }) }),
  })
  const result = builder.errorUnion('DenyRegistrationResult', {
    description: 'What denyRegistration answers.',
    types: [success, InvalidTokenProblem, RateLimitedProblem],
    resolveType: () => 'DenyRegistrationSuccess',
  })
  builder.mutationField('denyRegistration', (t) =>
    t.field({
      type: result,
      nullable: true,
      description:
        "'I did not register': removes the account that somebody else made with the address, as long as nobody has verified it.",
      args: { input: t.arg({ type: input, required: true, description: 'The link.' }) },
      authScopes: { anyone: true },
      rateLimit: limits.oneTimeToken,
      resolve: async (_root, { input: { token } }, context) => {
        await context.flows.denyRegistration(token, context.origin)
        return { denied: true }
      },
    }),
  )
}

function addResendVerificationEmail(builder: Builder): void {
  const input = builder.inputType('ResendVerificationEmailInput', {
    description: 'Where to send the mail again.',
    fields: (t) => ({
      email: t.string({ required: true, description: 'The address of the account.' }),
      tenant: t.string({ description: 'The slug of the tenant; the default one unless told.' }),
    }),
  })
  const success = builder.objectRef<{ email: string }>('ResendVerificationEmailSuccess').implement({
    description: 'Answered the same whether or not the address has an account.',
    fields: (t) => ({ email: t.exposeString('email', { description: 'The address as it was understood.' }) }),
  })
  const result = builder.errorUnion('ResendVerificationEmailResult', {
    description: 'What resendVerificationEmail answers.',
    types: [success, InvalidInputProblem, RateLimitedProblem],
    resolveType: () => 'ResendVerificationEmailSuccess',
  })
  builder.mutationField('resendVerificationEmail', (t) =>
    t.field({
      type: result,
      nullable: true,
      description: 'Mails the verification link anew; the older one is void.',
      args: { input: t.arg({ type: input, required: true, description: 'Where to.' }) },
      authScopes: { anyone: true },
      rateLimit: limits.mail,
      resolve: async (_root, args, context) => ({
        email: await context.flows.resendVerificationEmail(args.input, context.origin),
      }),
    }),
  )
}

function addRequestEmailChange(builder: Builder): void {
  const input = builder.inputType('RequestEmailChangeInput', {
    description: 'The address that the account is to have.',
    fields: (t) => ({
      newEmail: t.string({
        required: true,
        description: 'It gets a mail with a link; nothing changes before.',
      }),
      currentPassword: t.string({ required: true, description: 'The password of the account, once more.' }),
    }),
  })
  const success = builder.objectRef<{ newEmail: string }>('RequestEmailChangeSuccess').implement({
    description: 'A mail is on its way, unless the address has an account: that is not told.',
    fields: (t) => ({
      newEmail: t.exposeString('newEmail', { description: 'The address as it was understood.' }),
    }),
  })
  const result = builder.errorUnion('RequestEmailChangeResult', {
    description: 'What requestEmailChange answers.',
    types: [
      success,
      InvalidCredentialsProblem,
      AccountLockedProblem,
      InvalidInputProblem,
      RateLimitedProblem,
    ],
    resolveType: () => 'RequestEmailChangeSuccess',
  })
  builder.mutationField('requestEmailChange', (t) =>
    t.field({
      type: result,
      nullable: true,
      description: "Mails a link to a new address; following it makes the address the account's own.",
      args: { input: t.arg({ type: input, required: true, description: 'The new address.' }) },
      authScopes: { acting: true },
      directives: { authenticated: true },
      rateLimit: limits.mail,
      checksCredentials: true,
      resolve: async (_root, args, context) => ({
        newEmail: await context.flows.requestEmailChange(args.input, actingViewerOf(context), context.origin),
      }),
    }),
  )
}

function addConfirmEmailChange(builder: Builder, types: Types): void {
  const input = tokenInput(builder, 'ConfirmEmailChangeInput', 'The link of the mail to the new address.')
  const success = builder.objectRef<{ user: User }>('ConfirmEmailChangeSuccess').implement({
    description: 'The account has its new address; the old one has been told.',
    fields: (t) => ({ user: t.expose('user', { type: types.user, description: 'Whose address it is.' }) }),
  })
  const result = builder.errorUnion('ConfirmEmailChangeResult', {
    description: 'What confirmEmailChange answers.',
    types: [success, InvalidTokenProblem, EmailTakenProblem, RateLimitedProblem],
    resolveType: () => 'ConfirmEmailChangeSuccess',
  })
  builder.mutationField('confirmEmailChange', (t) =>
    t.field({
      type: result,
      nullable: true,
      description: "Makes the new address the account's own, by the token that was mailed to it.",
      args: { input: t.arg({ type: input, required: true, description: 'The link.' }) },
      authScopes: { anyone: true },
      rateLimit: limits.oneTimeToken,
      resolve: async (_root, { input: { token } }, context) =>
        reveal(context, await context.flows.confirmEmailChange(token, context.origin)),
    }),
  )
}

function addUndoEmailChange(builder: Builder): void {
  const input = tokenInput(builder, 'UndoEmailChangeInput', 'The link of the mail to the old address.')
  const success = builder.objectRef<{ revokedSessions: number }>('UndoEmailChangeSuccess').implement({
    description: 'The account has its old address again, and a mail for a new password is on its way.',
    fields: (t) => ({
      revokedSessions: t.exposeInt('revokedSessions', { description: 'How many sessions ended.' }),
    }),
  })
  const result = builder.errorUnion('UndoEmailChangeResult', {
    description: 'What undoEmailChange answers.',
    types: [success, InvalidTokenProblem, RateLimitedProblem],
    resolveType: () => 'UndoEmailChangeSuccess',
  })
  builder.mutationField('undoEmailChange', (t) =>
    t.field({
      type: result,
      nullable: true,
      description:
        'From the mail to the old address: restores it, revokes every session, mails a password reset.',
      args: { input: t.arg({ type: input, required: true, description: 'The link.' }) },
      authScopes: { anyone: true },
      rateLimit: limits.oneTimeToken,
      resolve: async (_root, { input: { token } }, context) => ({
        revokedSessions: await context.flows.undoEmailChange(token, context.origin),
      }),
    }),
  )
}
