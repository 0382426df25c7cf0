import type { AuditEvent } from '../../domain/audit/audit-event.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import { describeDevice } from '../../domain/sessions/device.ts'
import type { Builder } from '../edge/builder.ts'
import { type GraphqlContext, viewerOf } from '../edge/context.ts'
import { type ConnectionArguments, readPage, toPage } from '../edge/cursors.ts'
import type { Types } from '../edge/types.ts'

/** SecurityEvent, its connection and the query `securityEvents`. */
export function addSecurityEvents(builder: Builder, types: Types): void {
  const event = addSecurityEvent(builder, types)
  const edge = builder.edgeObject({
    type: event,
    name: 'SecurityEventEdge',
    description: 'An event and where it stands in its list.',
  })
  const connection = builder.connectionObject(
    {
      type: event,
      name: 'SecurityEventConnection',
      description: 'A page of events, newest first (Relay Cursor Connections).',
    },
    edge,
  )
  builder.queryField('securityEvents', (t) =>
    t.connection(
      {
        type: event,
        nullable: true,
        description: "The viewer's own security history, newest first; refreshes of sessions are left out.",
        authScopes: { signedIn: true },
        rateLimit: limits.query,
        resolve: (_root, args, context) => findPage(context, args),
      },
      connection,
      edge,
    ),
  )
}

function addSecurityEvent(builder: Builder, types: Types) {
  return builder.objectRef<AuditEvent>('SecurityEvent').implement({
    description: 'Something that happened to your account.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'A uuid; sorts by time.' }),
      type: t.expose('type', { type: types.auditEventType, description: 'What happened.' }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it happened.' }),
      ipAddress: t.exposeString('ipAddress', {
        nullable: true,
        description: 'Where it was done from; null when that is unknown, or somebody else has done it.',
      }),
      device: t.field({
        type: types.sessionDevice,
        description: 'What it was done with, read from the User-Agent.',
        resolve: ({ userAgent }) => describeDevice(userAgent, {}),
      }),
      sessionId: t.exposeID('sessionId', {
        nullable: true,
        description: 'The session that it concerns, which may have ended; null for none.',
      }),
    }),
  })
}

async function findPage(context: GraphqlContext, args: ConnectionArguments) {
  const page = readPage(args)
  const found = await context.flows.findSecurityEvents(viewerOf(context), { ...page, limit: page.size + 1 })
  return toPage(found, page)
}
