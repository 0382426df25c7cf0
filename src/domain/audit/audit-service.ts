import { isUuid } from '../../lib/uuid.ts'
import { BadArgumentError } from '../refusals.ts'
import type { AuditEvent, AuditEventType } from './audit-event.ts'
import type { AuditFilter, AuditPage, AuditStore } from './audit-store.ts'

/** What somebody asks of the log of his tenant, as written. */
export interface AuditQuestion {
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

  /** Events of one tenant. @throws BadArgumentError for a filter that can mean nothing */
  async list(tenantId: string, asked: AuditQuestion, page: AuditPage): Promise<readonly AuditEvent[]> {
    const filter = this.#readFilter(tenantId, asked)
    if (filter.userId !== null && !(await this.#deps.auditStore.knowsUser(tenantId, filter.userId)))
      throw unknownUser()
    return this.#deps.auditStore.list(filter, page)
  }

  /** Events about a user of that tenant. */
  listOfUser(tenantId: string, userId: string, page: AuditPage): Promise<readonly AuditEvent[]> {
    const filter = { tenantId, userId, types: null, ipAddress: null, from: null, to: null }
    return this.#deps.auditStore.list(filter, page)
  }

  #readFilter(tenantId: string, asked: AuditQuestion): AuditFilter {
    const { userId = null, types = null, from = null, to = null } = asked
    if (userId !== null && !isUuid(userId)) throw unknownUser()
    if (types?.length === 0)
      throw new BadArgumentError('filter.types: name at least one type, or leave it out.')
    if (from !== null && to !== null && from > to)
      throw new BadArgumentError('filter.from: lies after filter.to; swap them.')
    const distinct = types === null ? null : [...new Set(types)]
    return { tenantId, userId, types: distinct, ipAddress: this.#readAddress(asked.ipAddress), from, to }
  }

  #readAddress(written: string | null | undefined): string | null {
    if (written === null || written === undefined) return null
    const address = this.#deps.normaliseAddress(written)
    if (address === null)
      throw new BadArgumentError('filter.ipAddress: wants one IPv4 or IPv6 address, without port and range.')
    return address
  }
}

/** The same for nobody and for somebody of another tenant. */
function unknownUser(): BadArgumentError {
  return new BadArgumentError('filter.userId: no user of this tenant has that id.')
}
