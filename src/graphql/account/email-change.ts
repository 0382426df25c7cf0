import {
  AccountLockedProblem,
  EmailTakenProblem,
  InvalidCredentialsProblem,
  InvalidInputProblem,
  InvalidTokenProblem,
  ReauthenticationRequiredProblem,
} from '../../domain/problems.ts'
import { mailIdentifier } from '../../domain/rate-limits/limit-identifier.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { User } from '../../domain/users/user.ts'
import type { AccessEnded } from '../../flows/steps/sessions/sign-out.ts'
import { anyone, signedIn } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import type { Types } from '../edge/types.ts'
import { revealUser, tokenInput } from './mailed-tokens.ts'

/** The mutations that change the address of an account and undo the change. */
export function addEmailChange(builder: Builder, types: Types): void {
  addRequestEmailChange(builder)
  addConfirmEmailChange(builder, types)
  addUndoEmailChange(builder)
}

function addRequestEmailChange(builder: Builder): void {
  const input = builder.inputType('RequestEmailChangeInput', {
    description: 'The new address of the account, confirmed with the current password.',
    fields: (t) => ({
      newEmail: t.string({
        required: true,
        description:
          'New e-mail address, at most 254 characters. A link is mailed to it; the account keeps its current address until confirmEmailChange.',
      }),
      currentPassword: t.string({ required: true, description: 'Current password of the account.' }),
    }),
  })
  const success = builder.objectRef<{ newEmail: string }>('RequestEmailChangeSuccess').implement({
    description:
      'The request was accepted. A link is mailed unless the address already has an account; the response does not reveal which.',
    fields: (t) => ({
      newEmail: t.exposeString('newEmail', { description: 'New address in its normalised form.' }),
    }),
  })
  addMutation(builder, {
    name: 'requestEmailChange',
    description:
      'Mails a link to a new address. Following the link while signed in (confirmEmailChange) makes it the address of the account. Requires recent reauthentication with two factors if the account has a second factor. Issue DOMAIN_NOT_ALLOWED if the tenant does not allow the domain of the address.',
    input,
    success,
    problems: [
      ReauthenticationRequiredProblem,
      InvalidCredentialsProblem,
      AccountLockedProblem,
      InvalidInputProblem,
    ],
    access: signedIn,
    limit: limits.credentialsAndMail,
    limitIdentifier: ({ newEmail }) => mailIdentifier(newEmail),
    checksCredentials: true,
    resolve: async ({ input, viewer, context }) => ({
      newEmail: await context.flows.requestEmailChange(input, viewer, context.origin),
    }),
  })
}

function addConfirmEmailChange(builder: Builder, types: Types): void {
  const success = builder.objectRef<{ user: User }>('ConfirmEmailChangeSuccess').implement({
    description: 'The account has its new address. A notice with an undo link was mailed to the old one.',
    fields: (t) => ({
      user: t.expose('user', { type: types.user, description: 'Owner of the address.' }),
    }),
  })
  addMutation(builder, {
    name: 'confirmEmailChange',
    description:
      'Makes the new address the address of the account. Requires a session of that account and the token that was mailed to the new address.',
    input: tokenInput(builder, 'ConfirmEmailChangeInput', 'Token from the mail to the new address.'),
    success,
    problems: [InvalidTokenProblem, EmailTakenProblem],
    access: signedIn,
    limit: limits.oneTimeToken,
    resolve: async ({ input: { token }, viewer, context }) =>
      revealUser(context, await context.flows.confirmEmailChange(token, viewer, context.origin)),
  })
}

function addUndoEmailChange(builder: Builder): void {
  const success = builder.objectRef<AccessEnded>('UndoEmailChangeSuccess').implement({
    description: 'The account has its old address again, and a link to set a new password was mailed to it.',
    fields: (t) => ({
      revokedSessions: t.exposeInt('revokedSessions', { description: 'Number of sessions that were ended.' }),
      revokedApiKeys: t.exposeInt('revokedApiKeys', { description: 'Number of API keys that were revoked.' }),
    }),
  })
  addMutation(builder, {
    name: 'undoEmailChange',
    description:
      'Restores the old address, ends all sessions and API keys, and mails a password reset. Requires the token that was mailed to the old address.',
    input: tokenInput(builder, 'UndoEmailChangeInput', 'Token from the mail to the old address.'),
    success,
    problems: [InvalidTokenProblem],
    access: anyone,
    limit: limits.oneTimeToken,
    resolve: ({ input: { token }, context }) => context.flows.undoEmailChange(token, context.origin),
  })
}
