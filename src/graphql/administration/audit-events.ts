import type { AuditEvent } from '../../domain/audit/audit-event.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { User } from '../../domain/users/user.ts'
import { permitted } from '../edge/access.ts'
import { addConnection, addPageTypes } from '../edge/add-connection.ts'
import type { Builder } from '../edge/builder.ts'
import type { GraphqlContext } from '../edge/context.ts'
import { findPage } from '../edge/cursors.ts'
import type { Types } from '../edge/types.ts'
import { mayReadAudit } from '../edge/visibility.ts'

/** AuditEvent, its connection, the query `auditEvents` and the field `auditEvents` of User. */
export function addAuditEvents(builder: Builder, types: Types): void {
  const page = addPageTypes(builder, { node: addAuditEvent(builder, types), noun: 'audit event' })
  const filter = addAuditEventFilter(builder, types)
  addConnection(builder, {
    name: 'auditEvents',
    description:
      'The audit log of your tenant, or with tenants:read of another one, newest first. Events older than the retention period have been archived and are not returned. Requires the permission audit:read.',
    page,
    args: (arg) => ({
      filter: arg({
        type: filter,
        description: 'Conditions that all returned events meet. Absent: all events.',
      }),
    }),
    access: permitted('audit:read'),
    limit: limits.query,
    find: async ({ args: { filter }, page, viewer, context }) => ({
      rows: await context.flows.findAuditEvents(filter ?? {}, page, viewer),
    }),
  })
  builder.objectField(types.user, 'auditEvents', (t) =>
    t.connection(
      {
        type: page.node,
        nullable: true,
        description:
          'The audit events about this user, newest first. Null without the permission audit:read.',
        authScopes: (user, _args, context) => mayReadAudit(context, user),
        unauthorizedResolver: () => null,
        resolve: (user, args, context) =>
          findPage(args, async (page) => ({
            rows: await context.flows.findAuditEventsOfUser(user, page),
          })),
      },
      page.connection,
      page.edge,
    ),
  )
}

function addAuditEvent(builder: Builder, types: Types) {
  return builder.objectRef<AuditEvent>('AuditEvent').implement({
    description:
      'A security-relevant event: what happened, to whom, by whom and from where. Contains no secrets.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'UUID; sorts by time.' }),
      type: t.expose('type', { type: types.auditEventType, description: 'Kind of event.' }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the event happened.' }),
      tenant: t.string({
        nullable: true,
        description:
          'Slug of the tenant of the event. Null for an event of no tenant, such as a sign-in to a tenant that does not exist; it is in the log of `default`.',
        resolve: ({ tenantId }, _args, { tenantSlugs }) =>
          tenantId === null ? null : tenantSlugs.load(tenantId),
      }),
      user: t.field({
        type: types.user,
        nullable: true,
        description:
          'The user concerned. Null for an identifier without an account, after the account was deleted, and in the log of another tenant.',
        resolve: ({ userId }, _args, context) => findPerson(context, userId),
      }),
      actor: t.field({
        type: types.user,
        nullable: true,
        description:
          'The user who acted, if it was not the user concerned. Null otherwise, after their account was deleted, and if they belong to another tenant.',
        resolve: ({ actorId }, _args, context) => findPerson(context, actorId),
      }),
      ipAddress: t.exposeString('ipAddress', {
        nullable: true,
        description:
          'Client address. Null if unknown, after the account was deleted, and in the log of another tenant.',
      }),
      userAgent: t.exposeString('userAgent', {
        nullable: true,
        description:
          'User-Agent header of the request, truncated. Null if the request had none, and in the log of another tenant.',
      }),
      requestId: t.exposeString('requestId', {
        nullable: true,
        description:
          'Id of the request, as in the log and in the header x-request-id. Null in the log of another tenant.',
      }),
      reason: t.exposeString('reason', {
        nullable: true,
        description:
          'Why it failed or was done: a reason code of the service, or the text of an administrator. In the log of another tenant, only of events about the tenant itself.',
      }),
      details: t.expose('details', {
        type: 'JSONObject',
        description:
          'Further facts. The keys depend on the type of event. In the log of another tenant, only of events about the tenant itself.',
      }),
    }),
  })
}

function addAuditEventFilter(builder: Builder, types: Types) {
  return builder.inputType('AuditEventFilter', {
    description: 'Conditions on audit events. An event must meet all that are given.',
    fields: (t) => ({
      userId: t.id({
        description: 'Id of the user concerned: a present or deleted user of your tenant.',
      }),
      types: t.field({
        type: [types.auditEventType],
        description: 'Kinds of event, at least one.',
      }),
      ipAddress: t.string({ description: 'Client address: one IPv4 or IPv6 address, in any notation.' }),
      from: t.field({ type: 'DateTime', description: 'Earliest time, inclusive.' }),
      to: t.field({ type: 'DateTime', description: 'Latest time, inclusive. Not before `from`.' }),
      tenant: t.string({
        description:
          'Slug of the tenant whose log is read. Absent: your own. Another one requires the permission tenants:read (issue UNKNOWN_TENANT, also for a tenant that does not exist), and its events say nothing about persons: `userId` and `ipAddress` are refused with it (issues UNKNOWN_USER, PERSONAL_DATA).',
      }),
    }),
  })
}

/** Null for users of another tenant than the viewer's. */
async function findPerson(context: GraphqlContext, id: string | null): Promise<User | null> {
  const user = id === null ? null : await context.users.load(id)
  return user !== null && mayReadAudit(context, user) ? user : null
}
