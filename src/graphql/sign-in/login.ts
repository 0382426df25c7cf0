import {
  AccountDisabledProblem,
  AccountLockedProblem,
  InvalidCredentialsProblem,
  InvalidInputProblem,
  SessionLimitProblem,
} from '../../domain/problems.ts'
import {
  accountIdentifier,
  deviceIdentifier,
  type LimitIdentifier,
} from '../../domain/rate-limits/limit-identifier.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { LoginAnswer } from '../../flows/sign-in/login-answer.ts'
import { anyone } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import type { IdentifyingContext } from '../edge/context.ts'
import { deviceField, tenantArgument, tokenTransportField } from '../edge/descriptions.ts'
import { namedTenant } from '../edge/named-tenant.ts'
import type { Types } from '../edge/types.ts'
import { addLoginSteps } from './login-steps.ts'
import { addSignedIn, deliverSignIn } from './signed-in.ts'

const typeNames = {
  SIGNED_IN: 'LoginSuccess',
  MFA_CHALLENGE: 'MfaChallenge',
  MFA_ENROLMENT_REQUIRED: 'MfaEnrolmentRequired',
  EMAIL_VERIFICATION_REQUIRED: 'EmailVerificationRequired',
  PASSWORD_EXPIRED: 'PasswordExpired',
} as const satisfies Record<LoginAnswer['kind'], string>

interface LoginAttempt {
  readonly identifier: string
  readonly tenant?: string | null | undefined
  readonly deviceToken?: string | null | undefined
}

/** A device on which the owner has signed in has a budget of its own, so that other people cannot use it up. */
function attemptIdentifier(
  input: LoginAttempt,
  { deviceTokens, credentials }: IdentifyingContext,
): LimitIdentifier {
  const tenant = namedTenant(input)
  const device = deviceTokens.open(input.deviceToken ?? null) ?? deviceTokens.open(credentials.deviceCookie)
  if (device === null) return accountIdentifier(tenant, input.identifier)
  return deviceIdentifier(device.deviceId, tenant, input.identifier)
}

/** The mutation `login`. */
export function addLogin(builder: Builder, types: Types): void {
  const input = builder.inputType('LoginInput', {
    description: 'Credentials, and options of the session that begins.',
    fields: (t) => ({
      identifier: t.string({
        required: true,
        description: 'E-mail address or username. Upper and lower case do not differ.',
      }),
      password: t.string({
        required: true,
        description: 'Password of the account, compared as sent after Unicode NFC normalisation.',
      }),
      rememberMe: t.boolean({
        required: true,
        defaultValue: false,
        description: 'Extends the idle and maximum lifetime of the session. Ignored for administrators.',
      }),
      tenant: t.string(tenantArgument),
      tokenTransport: t.field({ ...tokenTransportField, type: types.tokenTransport }),
      device: t.field({ ...deviceField, type: types.deviceInput }),
      deviceToken: t.string({
        description:
          'The deviceToken of an earlier LoginSuccess on this device. Gives the device its own attempt budget, so that attempts of other people cannot lock the owner out.',
      }),
      rememberedDeviceToken: t.string({
        description:
          'The rememberedDeviceToken of an earlier LoginSuccess with BODY transport. Skips the second step until it expires. Ignored for administrators and moderators, and for sign-ins with a risk signal.',
      }),
    }),
  })
  const success = addSignedIn(
    builder,
    types,
    types.loginSuccess,
    'The user is signed in and a session has begun.',
  )
  builder.objectField(types.loginSuccess, 'rememberedDeviceToken', (t) =>
    t.string({
      nullable: true,
      description:
        'With BODY transport and rememberDevice: skips the second step of later logins that send it. Otherwise null (the cookie __Host-gatehouse-remembered carries it).',
      resolve: ({ tokens, rememberedDevice }) =>
        tokens.transport === 'BODY' ? (rememberedDevice?.secret ?? null) : null,
    }),
  )
  addMutation(builder, {
    name: 'login',
    description:
      'Signs in with a password. Other credentials of the request do not matter, even if they are not valid. If the request carries the cookies of a live session, that session ends. An operation may contain one login. Whether a further step is required is revealed only after the right password. If the account requires a second step, the result is MfaChallenge, and no session begins before completeMfaChallenge.',
    input,
    success: {
      types: [success, ...addLoginSteps(builder, types)],
      typeOf: ({ kind }) => typeNames[kind],
    },
    problems: [
      InvalidCredentialsProblem,
      AccountLockedProblem,
      AccountDisabledProblem,
      SessionLimitProblem,
      InvalidInputProblem,
    ],
    access: anyone,
    limit: limits.login,
    limitIdentifier: attemptIdentifier,
    limitTenant: namedTenant,
    checksCredentials: true,
    resolve: async ({ input, context }) =>
      deliverSignIn(context, await context.flows.login(input, context.credentials, context.origin)),
  })
}
