import { AccountLockedProblem, InvalidCredentialsProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { SessionTokens } from '../../flows/steps/session-tokens.ts'
import { signedIn } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import { deliverSession } from '../edge/context.ts'
import type { Types } from '../edge/types.ts'

/** The mutation `reauthenticate`. */
export function addReauthenticate(builder: Builder, types: Types): void {
  const input = builder.inputType('ReauthenticateInput', {
    description: 'Proof of identity.',
    fields: (t) => ({
      password: t.string({ required: true, description: 'Current password of the account.' }),
    }),
  })
  const success = builder.objectRef<{ tokens: SessionTokens }>('ReauthenticateSuccess').implement({
    description:
      'The session counts as recently authenticated. The access token of the call and earlier refresh tokens are refused.',
    fields: (t) => ({
      tokens: t.expose('tokens', { type: types.tokens, description: 'New tokens of this session.' }),
    }),
  })
  addMutation(builder, {
    name: 'reauthenticate',
    description:
      'Proves the password again, for operations that require recent reauthentication. Renews the `auth_time` of the session and starts a new family of refresh tokens.',
    input,
    success,
    problems: [InvalidCredentialsProblem, AccountLockedProblem],
    access: signedIn,
    limit: limits.credentials,
    checksCredentials: true,
    resolve: async ({ input, viewer, context }) => {
      const renewed = await context.flows.reauthenticate(input.password, viewer, context.origin)
      deliverSession(context, renewed.session, renewed.tokens)
      return renewed
    },
  })
}
