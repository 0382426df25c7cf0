import {
  EmailTakenProblem,
  InvalidInputProblem,
  RateLimitedProblem,
  UsernameTakenProblem,
  WeakPasswordProblem,
} from '../../domain/problems.ts'
import { mailIdentifier } from '../../domain/rate-limits/limit-identifier.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { RegistrationPending } from '../../flows/sign-in/register.ts'
import type { Builder } from '../edge/builder.ts'
import { defaultTransport, type Types } from '../edge/types.ts'
import { addSignedIn, deliverSignIn } from './signed-in.ts'

/** The mutation `register`. */
export function addRegister(builder: Builder, types: Types): void {
  const input = builder.inputType('RegisterInput', {
    description: 'A new account.',
    fields: (t) => ({
      email: t.string({
        required: true,
        description:
          'At most 254 characters. Compared after trimming, Unicode NFC and lower case; plus-addresses stay apart.',
      }),
      password: t.string({
        required: true,
        description:
          'What the query passwordPolicy tells; by default 8 to 128 characters with upper case, lower case, digit and symbol. Never trimmed or cut.',
      }),
      username: t.string({
        description:
          '3 to 32 letters, digits, underscores, dots or hyphens; unique without regard to case, public.',
      }),
      firstName: t.string({ description: 'Plain text of at most 50 characters.' }),
      lastName: t.string({ description: 'Plain text of at most 50 characters.' }),
      phoneNumber: t.string({ description: 'E.164, for example +493012345678.' }),
      tenant: t.string({ description: 'The slug of the tenant; the default one unless told.' }),
      tokenTransport: t.field({
        type: types.tokenTransport,
        required: true,
        defaultValue: defaultTransport,
        description: 'Where the tokens travel.',
      }),
      device: t.field({ type: types.deviceInput, description: 'What the client knows of its device.' }),
    }),
  })
  const success = addSignedIn(builder, types, 'RegisterSuccess', 'The account was made and is signed in.')
  const pending = builder.objectRef<RegistrationPending>('RegistrationPending').implement({
    description:
      'E-mail verification is required first. Answered the same whether or not the address already had an account.',
    fields: (t) => ({ email: t.exposeString('email', { description: 'Where the mail was sent.' }) }),
  })
  const result = builder.errorUnion('RegisterResult', {
    description: 'What register answers.',
    types: [
      success,
      pending,
      EmailTakenProblem,
      UsernameTakenProblem,
      WeakPasswordProblem,
      InvalidInputProblem,
      RateLimitedProblem,
    ],
    resolveType: (answer) =>
      'kind' in answer && answer.kind === 'PENDING' ? 'RegistrationPending' : 'RegisterSuccess',
  })
  builder.mutationField('register', (t) =>
    t.field({
      type: result,
      nullable: true,
      description: 'Makes an account and signs it in.',
      args: { input: t.arg({ type: input, required: true, description: 'The new account.' }) },
      authScopes: { anyone: true },
      rateLimit: limits.register,
      limitIdentifier: ({ input: { email } }) => mailIdentifier(email),
      checksCredentials: true,
      resolve: async (_root, args, context) =>
        deliverSignIn(context, await context.flows.register(args.input, context.origin)),
    }),
  )
}
