import { isUuid } from '../../lib/uuid.ts'
import { type InputIssue, InvalidInputProblem } from '../problems.ts'
import type { AuditEvent, AuditEventType } from './audit-event.ts'
import type { AuditFilter, AuditPage, AuditStore } from './audit-store.ts'

/** What somebody asks of the log of his tenant, as written. */
export interface AuditQuery {
  readonly userId?: string | null | undefined
  readonly types?: readonly AuditEventType[] | null | undefined
  readonly ipAddress?: string | null | undefined
  readonly from?: Date | null | undefined
  readonly to?: Date | null | undefined
}

export interface AuditServiceDeps {
  readonly auditStore: AuditStore
  /** The one way to write an address; null when it is none. */
  normaliseAddress(text: string): string | null
}

/** Reads of the audit log. Who may ask is decided before. */
export class AuditService {
  readonly #deps: AuditServiceDeps

  constructor(deps: AuditServiceDeps) {
    this.#deps = deps
  }

  /** What happened to somebody, for his own eyes: where others have done it from is not told. */
  async listHistory(userId: string, page: AuditPage): Promise<readonly AuditEvent[]> {
    const events = await this.#deps.auditStore.listHistory(userId, page)
    return events.map((event) => {
      const byAnother = event.actorId !== null && event.actorId !== userId
      return byAnother ? { ...event, ipAddress: null, userAgent: null } : event
    })
  }

  /** Events of one tenant. @throws InvalidInputProblem for a filter that can mean nothing */
  async list(tenantId: string, asked: AuditQuery, page: AuditPage): Promise<readonly AuditEvent[]> {
    const filter = this.#readFilter(tenantId, asked)
    if (filter.userId !== null && !(await this.#deps.auditStore.knowsUser(tenantId, filter.userId)))
      throw new InvalidInputProblem([unknownUser])
    return this.#deps.auditStore.list(filter, page)
  }

  /** Events about a user of that tenant. */
  listOfUser(tenantId: string, userId: string, page: AuditPage): Promise<readonly AuditEvent[]> {
    const filter = { tenantId, userId, types: null, ipAddress: null, from: null, to: null }
    return this.#deps.auditStore.list(filter, page)
  }

  #readFilter(tenantId: string, asked: AuditQuery): AuditFilter {
    const { userId = null, types = null, ipAddress: written = null, from = null, to = null } = asked
    const ipAddress = written === null ? null : this.#deps.normaliseAddress(written)
    const issues = [
      ...(userId === null || isUuid(userId) ? [] : [unknownUser]),
      ...(types?.length === 0 ? [noTypes] : []),
      ...(from !== null && to !== null && from > to ? [afterTo] : []),
      ...(written !== null && ipAddress === null ? [noAddress] : []),
    ]
    if (issues.length > 0) throw new InvalidInputProblem(issues)
    return { tenantId, userId, types: types === null ? null : [...new Set(types)], ipAddress, from, to }
  }
}

/** The same for nobody and for somebody of another tenant. */
const unknownUser: InputIssue = {
  path: ['filter', 'userId'],
  code: 'UNKNOWN_USER',
  message: 'No user of this tenant has that id.',
}
const noTypes: InputIssue = {
  path: ['filter', 'types'],
  code: 'REQUIRED',
  message: 'Name at least one type, or leave it out.',
}
const afterTo: InputIssue = {
  path: ['filter', 'from'],
  code: 'AFTER_TO',
  message: 'Lies after `to`; swap them.',
}
const noAddress: InputIssue = {
  path: ['filter', 'ipAddress'],
  code: 'INVALID_ADDRESS',
  message: 'Wants one IPv4 or IPv6 address, without port and range.',
}
