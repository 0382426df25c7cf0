import type { AuditEvent } from '../../domain/audit/audit-event.ts'
import type { AuditPage } from '../../domain/audit/audit-store.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { User } from '../../domain/users/user.ts'
import type { Builder } from '../edge/builder.ts'
import { type GraphqlContext, permittedViewerOf } from '../edge/context.ts'
import { type ConnectionArguments, readPage, toPage } from '../edge/cursors.ts'
import type { Types } from '../edge/types.ts'
import { mayReadAudit } from '../edge/visibility.ts'

/** AuditEvent, its connection, the query `auditEvents` and the events of a user. */
export function addAuditEvents(builder: Builder, types: Types): void {
  const event = addAuditEvent(builder, types)
  const edge = builder.edgeObject({
    type: event,
    name: 'AuditEventEdge',
    description: 'An event of the audit log and where it stands in its list.',
  })
  const connection = builder.connectionObject(
    {
      type: event,
      name: 'AuditEventConnection',
      description: 'A page of the audit log, newest first (Relay Cursor Connections).',
    },
    edge,
  )
  const filter = addAuditEventFilter(builder, types)
  builder.queryField('auditEvents', (t) =>
    t.connection(
      {
        type: event,
        nullable: true,
        description:
          "The audit log of the viewer's tenant, newest first. Wants the permission audit:read. What is older than the retention has been archived and is not found any more.",
        args: {
          filter: t.arg({
            type: filter,
            description: 'Only events that meet all of this; all when left out.',
          }),
        },
        authScopes: { permission: 'audit:read' },
        rateLimit: limits.query,
        resolve: (_root, { filter: asked, ...args }, context) =>
          findPage(args, (page) =>
            context.flows.findAuditEvents(asked ?? {}, page, permittedViewerOf(context, 'audit:read')),
          ),
      },
      connection,
      edge,
    ),
  )
  builder.objectField(types.user, 'auditEvents', (t) =>
    t.connection(
      {
        type: event,
        nullable: true,
        description: 'What happened to this user, newest first. Null without the permission audit:read.',
        authScopes: (user, _args, context) => mayReadAudit(context, user),
        unauthorizedResolver: () => null,
        resolve: (user, args, context) =>
          findPage(args, (page) => context.flows.findAuditEventsOfUser(user, page)),
      },
      connection,
      edge,
    ),
  )
}

function addAuditEvent(builder: Builder, types: Types) {
  return builder.objectRef<AuditEvent>('AuditEvent').implement({
    description: 'Something that happened, to whom, by whom and from where. Holds no secret.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'A uuid; sorts by time.' }),
      type: t.expose('type', { type: types.auditEventType, description: 'What happened.' }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it happened.' }),
      user: t.field({
        type: types.user,
        nullable: true,
        description:
          'Whom it is about; null for an identifier without an account, and once the account is deleted.',
        resolve: ({ userId }, _args, context) => findPerson(context, userId),
      }),
      actor: t.field({
        type: types.user,
        nullable: true,
        description: 'Who did it, when somebody else; null once that account is deleted.',
        resolve: ({ actorId }, _args, context) => findPerson(context, actorId),
      }),
      ipAddress: t.exposeString('ipAddress', {
        nullable: true,
        description: 'Where it was done from; null when that is unknown, or the account is deleted.',
      }),
      userAgent: t.exposeString('userAgent', {
        nullable: true,
        description: 'What it was done with, in its own words; cut to a bound.',
      }),
      requestId: t.exposeString('requestId', {
        nullable: true,
        description: 'The request that did it, as in the log and in the header x-request-id.',
      }),
      reason: t.exposeString('reason', {
        nullable: true,
        description: 'Why it failed or was done: a word of the program, or what an administrator wrote.',
      }),
      details: t.expose('details', {
        type: 'JSONObject',
        description: 'What else is worth knowing; depends on the type.',
      }),
    }),
  })
}

function addAuditEventFilter(builder: Builder, types: Types) {
  return builder.inputType('AuditEventFilter', {
    description: 'What events have in common: all of what is given.',
    fields: (t) => ({
      userId: t.id({
        description: "A user of the viewer's tenant, or one who was: whom the events are about.",
      }),
      types: t.field({
        type: [types.auditEventType],
        description: 'One of these, at least one.',
      }),
      ipAddress: t.string({ description: 'One IPv4 or IPv6 address, however it is written.' }),
      from: t.field({ type: 'DateTime', description: 'Not earlier than this.' }),
      to: t.field({ type: 'DateTime', description: 'Not later than this; not before `from`.' }),
    }),
  })
}

async function findPage(
  args: ConnectionArguments,
  list: (page: AuditPage) => Promise<readonly AuditEvent[]>,
) {
  const page = readPage(args)
  return toPage(await list({ ...page, limit: page.size + 1 }), page)
}

/** Nobody of another tenant than the viewer's. */
async function findPerson(context: GraphqlContext, id: string | null): Promise<User | null> {
  const user = id === null ? null : await context.users.load(id)
  return user !== null && mayReadAudit(context, user) ? user : null
}
