import { AccountLockedProblem, InvalidCredentialsProblem, RateLimitedProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { SessionTokens } from '../../flows/steps/session-tokens.ts'
import type { Builder } from '../edge/builder.ts'
import { actingViewerOf, deliverSession } from '../edge/context.ts'
import type { Types } from '../edge/types.ts'

/** The mutation that proves the password again. */
export function addReauthenticate(builder: Builder, types: Types): void {
  const input = builder.inputType('ReauthenticateInput', {
    description: 'The proof.',
    fields: (t) => ({
      password: t.string({ required: true, description: 'The password of the account, once more.' }),
    }),
  })
  const success = builder.objectRef<{ tokens: SessionTokens }>('ReauthenticateSuccess').implement({
    description: 'The session has a fresh proof and new tokens; its old refresh tokens are refused.',
    fields: (t) => ({
      tokens: t.expose('tokens', { type: types.tokens, description: 'The new tokens of this session.' }),
    }),
  })
  const result = builder.errorUnion('ReauthenticateResult', {
    description: 'What reauthenticate answers.',
    types: [success, InvalidCredentialsProblem, AccountLockedProblem, RateLimitedProblem],
    resolveType: () => 'ReauthenticateSuccess',
  })
  builder.mutationField('reauthenticate', (t) =>
    t.field({
      type: result,
      nullable: true,
      description:
        "Proves the password again, for what wants a fresh proof: it sets the session's `auth_time` and draws it a new family of tokens.",
      args: { input: t.arg({ type: input, required: true, description: 'The password.' }) },
      authScopes: { acting: true },
      rateLimit: limits.credentials,
      checksCredentials: true,
      resolve: async (_root, args, context) => {
        const proven = await context.flows.reauthenticate(
          args.input.password,
          actingViewerOf(context),
          context.origin,
        )
        deliverSession(context, proven.session, proven.tokens)
        return proven
      },
    }),
  )
}
