import {
  AccountLockedProblem,
  EmailTakenProblem,
  InvalidCredentialsProblem,
  InvalidInputProblem,
  InvalidTokenProblem,
  RateLimitedProblem,
} from '../../domain/problems.ts'
import { mailIdentifier } from '../../domain/rate-limits/limit-identifier.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { User } from '../../domain/users/user.ts'
import type { Builder } from '../edge/builder.ts'
import { actingViewerOf } from '../edge/context.ts'
import type { Types } from '../edge/types.ts'
import { reveal, tokenInput } from './mailed-tokens.ts'

/** Giving an account another address, and taking that back. */
export function addEmailChange(builder: Builder, types: Types): void {
  addRequestEmailChange(builder)
  addConfirmEmailChange(builder, types)
  addUndoEmailChange(builder)
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
      rateLimit: limits.credentialsAndMail,
      limitIdentifier: ({ input: { newEmail } }) => mailIdentifier(newEmail),
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
