import {
  EmailTakenProblem,
  InvalidInputProblem,
  UsernameTakenProblem,
  WeakPasswordProblem,
} from '../../domain/problems.ts'
import { mailIdentifier } from '../../domain/rate-limits/limit-identifier.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { RegistrationPending } from '../../flows/sign-in/register.ts'
import type { SignedIn } from '../../flows/sign-in/signed-in.ts'
import { anyone } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import {
  deviceField,
  localeField,
  phoneNumberField,
  tenantArgument,
  tokenTransportField,
  usernameField,
} from '../edge/descriptions.ts'
import { namedTenant } from '../edge/named-tenant.ts'
import type { Types } from '../edge/types.ts'
import { addSignedIn, deliverSignIn } from './signed-in.ts'

const typeNames = {
  SIGNED_IN: 'RegisterSuccess',
  PENDING: 'RegistrationPending',
  MFA_ENROLMENT_REQUIRED: 'MfaEnrolmentRequired',
} as const

/** The mutation `register`. */
export function addRegister(builder: Builder, types: Types): void {
  const input = builder.inputType('RegisterInput', {
    description: 'A new account, and options of the session that begins.',
    fields: (t) => ({
      email: t.string({
        required: true,
        description:
          'E-mail address, at most 254 characters. Compared after trimming, Unicode NFC normalisation and conversion to lower case. Plus-addresses (name+tag@) are distinct addresses.',
      }),
      password: t.string({
        required: true,
        description:
          'Must meet the policy of the query passwordPolicy: by default 8 to 128 characters with upper case, lower case, digit and symbol. Never trimmed or truncated.',
      }),
      username: t.string(usernameField),
      firstName: t.string({ description: 'Plain text, at most 50 characters.' }),
      lastName: t.string({ description: 'Plain text, at most 50 characters.' }),
      phoneNumber: t.string(phoneNumberField),
      locale: t.string(localeField),
      tenant: t.string(tenantArgument),
      tokenTransport: t.field({ ...tokenTransportField, type: types.tokenTransport }),
      device: t.field({ ...deviceField, type: types.deviceInput }),
    }),
  })
  const success = addSignedIn(
    builder,
    types,
    builder.objectRef<SignedIn>('RegisterSuccess'),
    'The account was created and its user is signed in.',
  )
  const pending = builder.objectRef<RegistrationPending>('RegistrationPending').implement({
    description:
      'The e-mail address must be verified first. The response is the same whether or not the address already had an account.',
    fields: (t) => ({
      email: t.exposeString('email', { description: 'Address to which the mail was sent.' }),
    }),
  })
  addMutation(builder, {
    name: 'register',
    description:
      'Creates an account and signs its user in, unless the tenant requires a verified e-mail address first. Issue REGISTRATION_CLOSED if the tenant has closed registration, DOMAIN_NOT_ALLOWED if it does not allow the domain of the address; neither depends on accounts.',
    input,
    success: {
      types: [success, pending, types.mfaEnrolmentRequired],
      typeOf: ({ kind }) => typeNames[kind],
    },
    problems: [EmailTakenProblem, UsernameTakenProblem, WeakPasswordProblem, InvalidInputProblem],
    access: anyone,
    limit: limits.register,
    limitIdentifier: ({ email }) => mailIdentifier(email),
    limitTenant: namedTenant,
    checksCredentials: true,
    resolve: async ({ input, context }) =>
      deliverSignIn(context, await context.flows.register(input, context.credentials, context.origin)),
  })
}
