import { InvalidInputProblem, NotFoundProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { Session } from '../../domain/sessions/session.ts'
import { signedIn } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import type { Types } from '../edge/types.ts'

/** The mutation that names a session of the viewer. */
export function addSessionNaming(builder: Builder, types: Types): void {
  const input = builder.inputType('RenameSessionInput', {
    description: 'The session to name, and its name.',
    fields: (t) => ({
      sessionId: t.id({ required: true, description: 'Id of one of your own live sessions.' }),
      name: t.string({
        required: true,
        description: 'The new name, 1 to 100 characters on one line. White space around it is removed.',
      }),
    }),
  })
  const success = builder.objectRef<{ session: Session }>('RenameSessionSuccess').implement({
    description: 'The session has its new name in `device.name`.',
    fields: (t) => ({
      session: t.expose('session', { type: types.session, description: 'The renamed session.' }),
    }),
  })
  addMutation(builder, {
    name: 'renameSession',
    description:
      'Names one of your own sessions, so that you recognise its device in lists. The browser and the operating system of the session do not change.',
    input,
    success,
    problems: [NotFoundProblem, InvalidInputProblem],
    access: signedIn,
    limit: limits.mutation,
    resolve: async ({ input, viewer, context }) => ({
      session: await context.flows.renameSession(input, viewer, context.origin),
    }),
  })
}
