import { InvalidTokenProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import { anyone } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import { tokenInput } from './mailed-tokens.ts'

/** The mutation `unlockAccount`. */
export function addUnlockAccount(builder: Builder): void {
  const success = builder.objectRef<{ unlocked: boolean }>('UnlockAccountSuccess').implement({
    description: 'The count of failed sign-ins is reset: sign in with the right password.',
    fields: (t) => ({ unlocked: t.exposeBoolean('unlocked', { description: 'Always true.' }) }),
  })
  addMutation(builder, {
    name: 'unlockAccount',
    description:
      "Ends a lock after too many wrong passwords. Requires the token that was mailed to the owner. An administrator's lock stays.",
    input: tokenInput(builder, 'UnlockAccountInput', 'Token from the mail that reports the lock.'),
    success,
    problems: [InvalidTokenProblem],
    access: anyone,
    limit: limits.oneTimeToken,
    resolve: async ({ input: { token }, context }) => {
      await context.flows.unlockAccount(token, context.origin)
      return { unlocked: true }
    },
  })
}
