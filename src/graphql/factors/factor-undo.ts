import { InvalidTokenProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import { anyone } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'

/** The mutation `undoFactorChange`. */
export function addFactorUndo(builder: Builder): void {
  const input = builder.inputType('UndoFactorChangeInput', {
    description: 'The token of the mail about the change.',
    fields: (t) => ({
      token: t.string({
        required: true,
        description: 'Token from the mail about the change, valid once and for 72 hours.',
      }),
    }),
  })
  const success = builder.objectRef<{ revokedSessions: number }>('UndoFactorChangeSuccess').implement({
    description: 'The change was reverted, and a link to set a new password was mailed.',
    fields: (t) => ({
      revokedSessions: t.exposeInt('revokedSessions', { description: 'Number of sessions that were ended.' }),
    }),
  })
  addMutation(builder, {
    name: 'undoFactorChange',
    description:
      'Reverts the addition or removal of a second factor, and no other change: an added factor is removed, and the one that it replaced or a removed one is in use again. Ends all sessions, API keys, remembered devices, recovery codes and the password, and mails a password reset. Requires the token that was mailed about the change.',
    input,
    success,
    problems: [InvalidTokenProblem],
    access: anyone,
    limit: limits.oneTimeToken,
    resolve: ({ input: { token }, context }) => context.flows.undoFactorChange(token, context.origin),
  })
}
