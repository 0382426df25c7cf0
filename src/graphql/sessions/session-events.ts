import { limits } from '../../domain/rate-limits/limits.ts'
import type { SessionEvent, SessionEventType } from '../../domain/sessions/session-event.ts'
import type { Builder } from '../edge/builder.ts'
import { viewerOf } from '../edge/context.ts'

const typeValues = {
  NEW_SESSION: { description: 'Somebody has signed in to the account.' },
  REVOKED: {
    description:
      'The session has ended before its time. After that of the one that listens, the stream ends.',
  },
  EXPIRING: {
    description:
      'The access token that listens ends in 30 seconds, and the stream with it: refresh, and subscribe anew.',
  },
} as const satisfies Record<SessionEventType, { description: string }>

/** The subscription `sessionEvents`. */
export function addSessionEvents(builder: Builder): void {
  const event = addSessionEvent(builder)
  builder.subscriptionField('sessionEvents', (t) =>
    t.field({
      type: event,
      nullable: true,
      description:
        "What happens to the viewer's own sessions, on every replica, at once. Ends with the access token, after REVOKED of its own session, or when the process stops: then subscribe anew. At most 5 streams for each session; beyond 20 for each account, an older one of it ends.",
      authScopes: { signedIn: true },
      rateLimit: limits.query,
      subscribe: (_root, _args, context) =>
        context.sessionStreams.open(viewerOf(context), context.origin.address),
      resolve: (happened) => happened,
    }),
  )
}

function addSessionEvent(builder: Builder) {
  const type = builder.enumType('SessionEventType', {
    description: 'What happened to a session.',
    values: typeValues,
  })
  return builder.objectRef<SessionEvent>('SessionEvent').implement({
    description: "Something that happened to one of the viewer's sessions.",
    fields: (t) => ({
      type: t.expose('type', { type, description: 'What happened.' }),
      sessionId: t.exposeID('sessionId', { description: 'To which of them.' }),
      at: t.expose('at', {
        type: 'DateTime',
        description: 'When; of EXPIRING, when the access token ends.',
      }),
    }),
  })
}
