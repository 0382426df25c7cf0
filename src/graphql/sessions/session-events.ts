import { limits } from '../../domain/rate-limits/limits.ts'
import type { SessionEvent, SessionEventType } from '../../domain/sessions/session-event.ts'
import { signedIn } from '../edge/access.ts'
import type { Builder } from '../edge/builder.ts'

const typeValues = {
  NEW_SESSION: { description: 'A sign-in to the account has begun a session.' },
  REVOKED: {
    description:
      "The session was ended before it expired. After this event for the subscriber's own session, the stream ends.",
  },
  EXPIRING: {
    description:
      "The subscriber's access token expires in 30 seconds, and the stream ends with it: refresh, then subscribe again.",
  },
} as const satisfies Record<SessionEventType, { description: string }>

/** The subscription `sessionEvents`. */
export function addSessionEvents(builder: Builder): void {
  const event = addSessionEvent(builder)
  const { authScopes, viewerOf } = signedIn.query
  builder.subscriptionField('sessionEvents', (t) =>
    t.field({
      type: event,
      nullable: true,
      description:
        "Events of your own sessions, from all processes, as they happen. The stream ends when the access token expires, after REVOKED of the subscriber's own session, and when the process stops: subscribe again. At most 5 streams per session. Beyond 20 streams per account, an older stream of the account ends.",
      authScopes,
      rateLimit: limits.query,
      subscribe: (_root, _args, context) =>
        context.sessionStreams.open(viewerOf(context), context.origin.address),
      resolve: (happened) => happened,
    }),
  )
}

function addSessionEvent(builder: Builder) {
  const type = builder.enumType('SessionEventType', {
    description: 'Kind of session event.',
    values: typeValues,
  })
  return builder.objectRef<SessionEvent>('SessionEvent').implement({
    description: 'An event of one of your sessions.',
    fields: (t) => ({
      type: t.expose('type', { type, description: 'Kind of event.' }),
      sessionId: t.exposeID('sessionId', { description: 'Id of the session concerned.' }),
      at: t.expose('at', {
        type: 'DateTime',
        description: "When it happened. For EXPIRING: when the subscriber's access token expires.",
      }),
    }),
  })
}
