import { InvalidTokenProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { VerifiedEmail } from '../../flows/account/verify-email.ts'
import { anyone } from '../edge/access.ts'
import { addMailRequest } from '../edge/add-mail-request.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import type { Types } from '../edge/types.ts'
import { revealUser, tokenInput } from './mailed-tokens.ts'

/** The mutations that verify the address of a new account, or report that its owner did not register. */
export function addEmailVerification(builder: Builder, types: Types): void {
  addVerifyEmail(builder, types)
  addDenyRegistration(builder)
  addResendVerificationEmail(builder)
}

function addVerifyEmail(builder: Builder, types: Types): void {
  const success = builder.objectRef<VerifiedEmail>('VerifyEmailSuccess').implement({
    description: 'The address is verified. No session begins: sign in to continue.',
    fields: (t) => ({
      user: t.expose('user', { type: types.user, description: 'Owner of the address.' }),
      passwordResetSent: t.exposeBoolean('passwordResetSent', {
        description:
          'Whether the account has no password yet, and a link that sets one was mailed. This happens if several registrations of the address were waiting, because the account must not get the password of another person.',
      }),
    }),
  })
  addMutation(builder, {
    name: 'verifyEmail',
    description:
      'Verifies an address. Creates the account if its registration waits for verification. Requires the token that was mailed to the address. InvalidTokenProblem also while the tenant does not accept the registration.',
    input: tokenInput(builder, 'VerifyEmailInput', 'Token from a verification mail.'),
    success,
    problems: [InvalidTokenProblem],
    access: anyone,
    limit: limits.oneTimeToken,
    resolve: async ({ input: { token }, context }) => {
      const verified = await context.flows.verifyEmail(token, context.origin)
      return { ...verified, ...revealUser(context, verified.user) }
    },
  })
}

function addDenyRegistration(builder: Builder): void {
  const success = builder.objectRef<{ denied: boolean }>('DenyRegistrationSuccess').implement({
    description: 'The pending registration or the unverified account was deleted.',
    fields: (t) => ({ denied: t.exposeBoolean('denied', { description: 'Always true.' }) }),
  })
  addMutation(builder, {
    name: 'denyRegistration',
    description:
      "'I did not register': deletes a registration or an unverified account that another person created with your address. Possible as long as the address is not verified.",
    input: tokenInput(
      builder,
      'DenyRegistrationInput',
      "Token from the link 'I did not register' in a verification mail.",
    ),
    success,
    problems: [InvalidTokenProblem],
    access: anyone,
    limit: limits.oneTimeToken,
    resolve: async ({ input: { token }, context }) => {
      await context.flows.denyRegistration(token, context.origin)
      return { denied: true }
    },
  })
}

function addResendVerificationEmail(builder: Builder): void {
  addMailRequest(builder, {
    name: 'resendVerificationEmail',
    description:
      'Mails a new verification link for the account, or for the newest pending registration of the address. Its earlier links are no longer valid.',
    inputDescription: 'The account that needs another verification mail.',
    flow: ({ flows }) => flows.resendVerificationEmail,
  })
}
