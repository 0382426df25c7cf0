import { InvalidInputProblem, InvalidTokenProblem, RateLimitedProblem } from '../../domain/problems.ts'
import { mailIdentifier } from '../../domain/rate-limits/limit-identifier.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { User } from '../../domain/users/user.ts'
import type { Builder } from '../edge/builder.ts'
import type { Types } from '../edge/types.ts'
import { reveal, tokenInput } from './mailed-tokens.ts'

/** Proving that an address is its owner's, or that it is not the one who registered it. */
export function addEmailVerification(builder: Builder, types: Types): void {
  addVerifyEmail(builder, types)
  addDenyRegistration(builder)
  addResendVerificationEmail(builder)
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
      limitIdentifier: ({ input: { email } }) => mailIdentifier(email),
      resolve: async (_root, args, context) => ({
        email: await context.flows.resendVerificationEmail(args.input, context.origin),
      }),
    }),
  )
}
