import type { Viewer } from '../../domain/access/viewer.ts'
import type { AuditEvent, AuditEventType } from '../../domain/audit/audit-event.ts'
import type { AuditFilter } from '../../domain/audit/audit-store.ts'
import { withoutPersons } from '../../domain/audit/event-without-persons.ts'
import { type InputIssue, InvalidInputProblem } from '../../domain/problems.ts'
import type { StorePage } from '../../lib/collections/store-page.ts'
import { isUuid } from '../../lib/ids/uuid.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { tenantSlug } from '../steps/input.ts'

type FindAuditEventsDeps = Pick<FlowDeps, 'auditStore' | 'normaliseAddress' | 'tenants'>
type Reader = Pick<Viewer, 'tenantId' | 'permissions'>

export interface AuditEventsFilter {
  readonly userId?: string | null | undefined
  readonly types?: readonly AuditEventType[] | null | undefined
  readonly ipAddress?: string | null | undefined
  readonly from?: Date | null | undefined
  readonly to?: Date | null | undefined
  readonly tenant?: string | null | undefined
}

/**
 * A page of the audit log of the viewer's tenant, newest first. With tenants:read also of another tenant, without
 * anything about persons. @throws InvalidInputProblem
 */
export function createFindAuditEvents(deps: FindAuditEventsDeps) {
  return async function findAuditEvents(
    raw: AuditEventsFilter,
    page: StorePage,
    viewer: Reader,
  ): Promise<readonly AuditEvent[]> {
    const filter = readFilter(deps, raw, await findLog(deps, raw.tenant ?? null, viewer))
    if (filter.tenantId !== viewer.tenantId) return readForeignLog(deps, filter, page)
    if (filter.userId !== null && !(await deps.auditStore.knowsUser(filter.tenantId, filter.userId))) {
      throw new InvalidInputProblem([unknownUser])
    }
    return deps.auditStore.list(filter, page)
  }
}

/** The id of the tenant whose log is meant; null for an unknown tenant, and for another one without tenants:read. */
async function findLog(
  { tenants }: FindAuditEventsDeps,
  text: string | null,
  { tenantId, permissions }: Reader,
): Promise<string | null> {
  if (text === null) return tenantId
  const { data: slug } = tenantSlug.safeParse(text)
  if (slug === undefined) return null
  // Without tenants:read no other tenant is looked up, so that the time of the answer reveals none.
  if (!permissions.has('tenants:read'))
    return (await tenants.findById(tenantId))?.slug === slug ? tenantId : null
  return (await tenants.findBySlug(slug))?.id ?? null
}

/** A filter by a person would reveal them as well as an event does. @throws InvalidInputProblem */
async function readForeignLog(
  { auditStore }: FindAuditEventsDeps,
  filter: AuditFilter,
  page: StorePage,
): Promise<readonly AuditEvent[]> {
  const issues = [
    ...(filter.userId === null ? [] : [unknownUser]),
    ...(filter.ipAddress === null ? [] : [personalFilter]),
  ]
  if (issues.length > 0) throw new InvalidInputProblem(issues)
  return (await auditStore.list(filter, page)).map(withoutPersons)
}

function readFilter(deps: FindAuditEventsDeps, raw: AuditEventsFilter, tenantId: string | null): AuditFilter {
  const { userId = null, types = null, from = null, to = null } = raw
  const rawAddress = raw.ipAddress ?? null
  const ipAddress = rawAddress === null ? null : deps.normaliseAddress(rawAddress)
  const issues = [
    ...(userId === null || isUuid(userId) ? [] : [unknownUser]),
    ...(types?.length === 0 ? [noTypes] : []),
    ...(from !== null && to !== null && from > to ? [fromAfterTo] : []),
    ...(rawAddress !== null && ipAddress === null ? [invalidAddress] : []),
  ]
  if (tenantId === null) throw new InvalidInputProblem([...issues, unknownTenant])
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
const personalFilter: InputIssue = {
  path: ['filter', 'ipAddress'],
  code: 'PERSONAL_DATA',
  message: 'The log of another tenant contains no addresses. Omit the field.',
}
/** The same issue for an unknown tenant, and for another one without tenants:read. */
const unknownTenant: InputIssue = {
  path: ['filter', 'tenant'],
  code: 'UNKNOWN_TENANT',
  message: 'You can read the log of no tenant with this slug.',
}
