import type { Viewer } from '../../domain/access/viewer.ts'
import type { AuditEvent, AuditEventType } from '../../domain/audit/audit-event.ts'
import type { AuditFilter } from '../../domain/audit/audit-store.ts'
import { type InputIssue, InvalidInputProblem } from '../../domain/problems.ts'
import type { StorePage } from '../../lib/collections/store-page.ts'
import { isUuid } from '../../lib/ids/uuid.ts'
import type { FlowDeps } from '../flow-deps.ts'

type FindAuditEventsDeps = Pick<FlowDeps, 'auditStore' | 'normaliseAddress'>

export interface AuditEventsFilter {
  readonly userId?: string | null | undefined
  readonly types?: readonly AuditEventType[] | null | undefined
  readonly ipAddress?: string | null | undefined
  readonly from?: Date | null | undefined
  readonly to?: Date | null | undefined
}

/** A page of the audit log of the viewer's tenant, newest first. @throws InvalidInputProblem */
export function createFindAuditEvents(deps: FindAuditEventsDeps) {
  return async function findAuditEvents(
    raw: AuditEventsFilter,
    page: StorePage,
    { tenantId }: Pick<Viewer, 'tenantId'>,
  ): Promise<readonly AuditEvent[]> {
    const filter = readFilter(deps, raw, tenantId)
    if (filter.userId !== null && !(await deps.auditStore.knowsUser(tenantId, filter.userId))) {
      throw new InvalidInputProblem([unknownUser])
    }
    return deps.auditStore.list(filter, page)
  }
}

function readFilter(deps: FindAuditEventsDeps, raw: AuditEventsFilter, tenantId: string): AuditFilter {
  const { userId = null, types = null, from = null, to = null } = raw
  const rawAddress = raw.ipAddress ?? null
  const ipAddress = rawAddress === null ? null : deps.normaliseAddress(rawAddress)
  const issues = [
    ...(userId === null || isUuid(userId) ? [] : [unknownUser]),
    ...(types?.length === 0 ? [noTypes] : []),
    ...(from !== null && to !== null && from > to ? [fromAfterTo] : []),
    ...(rawAddress !== null && ipAddress === null ? [invalidAddress] : []),
  ]
  if (issues.length > 0) throw new InvalidInputProblem(issues)
  return { tenantId, userId, types: types === null ? null : [...new Set(types)], ipAddress, from, to }
}

/** The same issue for an unknown user and for a user of another tenant. */
const unknownUser: InputIssue = {
  path: ['filter', 'userId'],
  code: 'UNKNOWN_USER',
  message: 'No user of this tenant has this id.',
}
const noTypes: InputIssue = {
  path: ['filter', 'types'],
  code: 'REQUIRED',
  message: 'Name at least one type, or omit the field.',
}
const fromAfterTo: InputIssue = {
  path: ['filter', 'from'],
  code: 'AFTER_TO',
  message: '`from` is later than `to`.',
}
const invalidAddress: InputIssue = {
  path: ['filter', 'ipAddress'],
  code: 'INVALID_ADDRESS',
  message: 'Must be one IPv4 or IPv6 address, without a port or prefix length.',
}
