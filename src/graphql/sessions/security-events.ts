import type { AuditEvent } from '../../domain/audit/audit-event.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import { describeDevice } from '../../domain/sessions/device.ts'
import { signedIn } from '../edge/access.ts'
import { addConnection, addPageTypes } from '../edge/add-connection.ts'
import type { Builder } from '../edge/builder.ts'
import type { Types } from '../edge/types.ts'

/** SecurityEvent, its connection and the query `securityEvents`. */
export function addSecurityEvents(builder: Builder, types: Types): void {
  addConnection(builder, {
    name: 'securityEvents',
    description: 'Your own security history, newest first, without refreshes of sessions.',
    page: addPageTypes(builder, { node: addSecurityEvent(builder, types), noun: 'security event' }),
    access: signedIn,
    limit: limits.query,
    find: async ({ page, viewer, context }) => ({
      rows: await context.flows.findSecurityEvents(viewer, page),
    }),
  })
}

function addSecurityEvent(builder: Builder, types: Types) {
  return builder.objectRef<AuditEvent>('SecurityEvent').implement({
    description: 'A security-relevant event of your account.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'UUID; sorts by time.' }),
      type: t.expose('type', { type: types.auditEventType, description: 'Kind of event.' }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the event happened.' }),
      ipAddress: t.exposeString('ipAddress', {
        nullable: true,
        description: 'Client address. Null if unknown, or if another person acted.',
      }),
      device: t.field({
        type: types.sessionDevice,
        description: 'Device of the request, derived from its User-Agent header.',
        resolve: ({ userAgent }) => describeDevice(userAgent, {}),
      }),
      sessionId: t.exposeID('sessionId', {
        nullable: true,
        description:
          'Id of the session concerned, which may have ended. Null if the event concerns no session.',
      }),
    }),
  })
}
