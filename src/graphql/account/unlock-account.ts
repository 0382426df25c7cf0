import { InvalidTokenProblem, RateLimitedProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { Builder } from '../edge/builder.ts'
import { tokenInput } from './mailed-tokens.ts'

/** The mutation `unlockAccount`. */
export function addUnlockAccount(builder: Builder): void {
  const input = tokenInput(builder, 'UnlockAccountInput', 'The link of the mail about a lock.')
  const success = builder.objectRef<{ unlocked: boolean }>('UnlockAccountSuccess').implement({
    description: 'The wrong passwords are forgotten; sign in with the right one.',
    fields: (t) => ({ unlocked: t.exposeBoolean('unlocked', { description: 'Always true.' }) }),
  })
  const result = builder.errorUnion('UnlockAccountResult', {
    description: 'What unlockAccount answers.',
    types: [success, InvalidTokenProblem, RateLimitedProblem],
    resolveType: () => 'UnlockAccountSuccess',
  })
  builder.mutationField('unlockAccount', (t) =>
    t.field({
      type: result,
      nullable: true,
      description:
        "Ends a lock after wrong passwords by the token that was mailed to the owner. An administrator's lock stays.",
      args: { input: t.arg({ type: input, required: true, description: 'The link.' }) },
      authScopes: { anyone: true },
      rateLimit: limits.oneTimeToken,
      resolve: async (_root, { input: { token } }, context) => {
        await context.flows.unlockAccount(token, context.origin)
        return { unlocked: true }
      },
    }),
  )
}
