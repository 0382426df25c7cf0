import { InvalidInputProblem, InvalidTokenProblem } from '../../domain/problems.ts'
import { mailIdentifier } from '../../domain/rate-limits/limit-identifier.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { User } from '../../domain/users/user.ts'
import { anyone } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import { tenantArgument } from '../edge/descriptions.ts'
import type { Types } from '../edge/types.ts'
import { revealUser, tokenInput } from './mailed-tokens.ts'

/** The mutations that verify the address of a new account, or report that its owner did not register. */
export function addEmailVerification(builder: Builder, types: Types): void {
  addVerifyEmail(builder, types)
  addDenyRegistration(builder)
  addResendVerificationEmail(builder)
}

function addVerifyEmail(builder: Builder, types: Types): void {
  const success = builder.objectRef<{ user: User }>('VerifyEmailSuccess').implement({
    description: 'The address is verified. No session begins: sign in to continue.',
    fields: (t) => ({
      user: t.expose('user', { type: types.user, description: 'Owner of the address.' }),
    }),
  })
  addMutation(builder, {
    name: 'verifyEmail',
    description: 'Verifies the address of an account. Requires the token that was mailed to it.',
    input: tokenInput(builder, 'VerifyEmailInput', 'Token from a verification mail.'),
    success,
    problems: [InvalidTokenProblem],
    access: anyone,
    limit: limits.oneTimeToken,
    resolve: async ({ input: { token }, context }) =>
      revealUser(context, await context.flows.verifyEmail(token, context.origin)),
  })
}

function addDenyRegistration(builder: Builder): void {
  const success = builder.objectRef<{ denied: boolean }>('DenyRegistrationSuccess').implement({
    description: 'The unverified account was deleted.',
    fields: (t) => ({ denied: t.exposeBoolean('denied', { description: 'Always true.' }) }),
  })
  addMutation(builder, {
    name: 'denyRegistration',
    description:
      "'I did not register': deletes an account that another person registered with your address. Possible as long as the address is not verified.",
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
  const input = builder.inputType('ResendVerificationEmailInput', {
    description: 'The account that needs another verification mail.',
    fields: (t) => ({
      email: t.string({ required: true, description: 'E-mail address of the account.' }),
      tenant: t.string(tenantArgument),
    }),
  })
  const success = builder.objectRef<{ email: string }>('ResendVerificationEmailSuccess').implement({
    description: 'The response is the same whether or not the address has an account.',
    fields: (t) => ({
      email: t.exposeString('email', { description: 'Address in its normalised form.' }),
    }),
  })
  addMutation(builder, {
    name: 'resendVerificationEmail',
    description: 'Mails a new verification link. Earlier links are no longer valid.',
    input,
    success,
    problems: [InvalidInputProblem],
    access: anyone,
    limit: limits.mail,
    limitIdentifier: ({ email }) => mailIdentifier(email),
    resolve: async ({ input, context }) => ({
      email: await context.flows.resendVerificationEmail(input, context.origin),
    }),
  })
}
