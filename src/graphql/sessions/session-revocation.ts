import { NotFoundProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { Session } from '../../domain/sessions/session.ts'
import { signedIn } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import type { Types } from '../edge/types.ts'

/** The mutations that end sessions of the viewer. */
export function addSessionRevocation(builder: Builder, types: Types): void {
  addRevokeSession(builder, types)
  addRevokeOtherSessions(builder)
}

function addRevokeSession(builder: Builder, types: Types): void {
  const input = builder.inputType('RevokeSessionInput', {
    description: 'The session to end.',
    fields: (t) => ({
      sessionId: t.id({ required: true, description: 'Id of one of your own live sessions.' }),
    }),
  })
  const success = builder.objectRef<{ session: Session }>('RevokeSessionSuccess').implement({
    description:
      'The session has ended: its refresh token is refused immediately, its access tokens within a second.',
    fields: (t) => ({
      session: t.expose('session', { type: types.session, description: 'The session that has ended.' }),
    }),
  })
  addMutation(builder, {
    name: 'revokeSession',
    description: 'Ends one of your own sessions, for example of a lost device.',
    input,
    success,
    problems: [NotFoundProblem],
    access: signedIn,
    limit: limits.mutation,
    resolve: async ({ input: { sessionId }, viewer, context }) => {
      const session = await context.flows.revokeSession(sessionId, viewer, context.origin)
      if (session.id === viewer.sessionId && session.transport !== 'BODY') context.cookies.clear()
      return { session }
    },
  })
}

function addRevokeOtherSessions(builder: Builder): void {
  const success = builder.objectRef<{ revokedSessions: number }>('RevokeOtherSessionsSuccess').implement({
    description: 'All of your other sessions have ended.',
    fields: (t) => ({
      revokedSessions: t.exposeInt('revokedSessions', { description: 'Number of sessions that were ended.' }),
    }),
  })
  addMutation(builder, {
    name: 'revokeOtherSessions',
    description: 'Ends all of your sessions except the current one.',
    input: null,
    success,
    problems: [],
    access: signedIn,
    limit: limits.mutation,
    resolve: async ({ viewer, context }) => ({
      revokedSessions: await context.flows.revokeOtherSessions(viewer, context.origin),
    }),
  })
}
