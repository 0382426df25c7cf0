import {
  AccountDisabledProblem,
  AccountLockedProblem,
  InvalidCredentialsProblem,
  InvalidInputProblem,
  RateLimitedProblem,
  SessionLimitProblem,
} from '../../domain/problems.ts'
import {
  accountIdentifier,
  deviceIdentifier,
  type LimitIdentifier,
} from '../../domain/rate-limits/limit-identifier.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import { defaultTenantSlug } from '../../domain/tenants/tenant.ts'
import type { LoginAnswer } from '../../flows/sign-in/login.ts'
import type { Builder } from '../edge/builder.ts'
import type { GraphqlContext } from '../edge/context.ts'
import { defaultTransport, type Types } from '../edge/types.ts'
import { addLoginSteps } from './login-steps.ts'
import { addSignedIn, deliverSignIn } from './signed-in.ts'

const typeNames = {
  SIGNED_IN: 'LoginSuccess',
  EMAIL_VERIFICATION_REQUIRED: 'EmailVerificationRequired',
  PASSWORD_EXPIRED: 'PasswordExpired',
} as const satisfies Record<LoginAnswer['kind'], string>

interface LoginAttempt {
  readonly identifier: string
  readonly tenant?: string | null | undefined
  readonly deviceToken?: string | null | undefined
}

function whoTries(input: LoginAttempt, { deviceTokens, credentials }: GraphqlContext): LimitIdentifier {
  const tenant = input.tenant ?? defaultTenantSlug
  const device = deviceTokens.open(input.deviceToken ?? null) ?? deviceTokens.open(credentials.deviceCookie)
  if (device === null) return accountIdentifier(tenant, input.identifier)
  return deviceIdentifier(device.deviceId, tenant, input.identifier)
}

/** The mutation `login`. */
export function addLogin(builder: Builder, types: Types): void {
  const input = builder.inputType('LoginInput', {
    description: 'Who wants to sign in, and how.',
    fields: (t) => ({
      identifier: t.string({ required: true, description: 'E-mail address or username, in any case.' }),
      password: t.string({ required: true, description: 'Compared exactly as sent, after Unicode NFC.' }),
      rememberMe: t.boolean({
        required: true,
        defaultValue: false,
        description: 'Whether the session may rest and last longer; of no effect for administrators.',
      }),
      tenant: t.string({ description: 'The slug of the tenant; the default one unless told.' }),
      tokenTransport: t.field({
        type: types.tokenTransport,
        required: true,
        defaultValue: defaultTransport,
        description: 'Where the tokens travel.',
      }),
      device: t.field({ type: types.deviceInput, description: 'What the client knows of its device.' }),
      deviceToken: t.string({
        description:
          'From an earlier LoginSuccess on this device: its own attempt budget, so that strangers cannot lock the owner out.',
      }),
    }),
  })
  const success = addSignedIn(builder, types, 'LoginSuccess', 'The session has begun.')
  const result = builder.errorUnion('LoginResult', {
    description: 'What login answers. What comes after the password is told only after the right one.',
    types: [
      success,
      ...addLoginSteps(builder),
      InvalidCredentialsProblem,
      AccountLockedProblem,
      AccountDisabledProblem,
      SessionLimitProblem,
      InvalidInputProblem,
      RateLimitedProblem,
    ],
    resolveType: (answer) => ('kind' in answer ? typeNames[answer.kind] : undefined),
  })
  builder.mutationField('login', (t) =>
    t.field({
      type: result,
      nullable: true,
      description:
        'Signs in with a password. Works whatever credentials the request already carries; one login to an operation.',
      args: { input: t.arg({ type: input, required: true, description: 'Who, and how.' }) },
      authScopes: { anyone: true },
      rateLimit: limits.login,
      limitIdentifier: ({ input }, context) => whoTries(input, context),
      checksCredentials: true,
      resolve: async (_root, args, context) =>
        deliverSignIn(
          context,
          await context.flows.login(args.input, context.credentials.deviceCookie, context.origin),
        ),
    }),
  )
}
