import type { AuditEvent } from '../../domain/audit/audit-event.ts'
import type { AuditLog } from '../../domain/audit/audit-log.ts'
import type { Logger } from '../../lib/observation/logger.ts'
import { errorText } from '../../lib/text/error-text.ts'
import { auditColumns } from './stores/audit/audit-rows.ts'
import type { Queries } from './stores/queries.ts'

/** Learns which audit events the statements of stores may have written. */
export interface AuditTrail {
  /** Call it after the statement. An event whose statement wrote no row is ignored. Never rejects. */
  note(events: readonly AuditEvent[]): Promise<void>
}

/** Events are not logged. */
export const noTrail: AuditTrail = { note: async () => undefined }

/** Logs events of statements outside of transactions, which are committed when they end. */
export function createDirectTrail(queries: Queries, auditLog: AuditLog, logger: Logger): AuditTrail {
  return {
    async note(events) {
      const ids = events.map(({ id }) => id)
      try {
        auditLog(await readEvents(queries, ids))
      } catch (error) {
        logger.error({ ids, error: errorText(error) }, 'stored audit events could not be read for the log')
      }
    },
  }
}

/** Gathers the events of one transaction, to be read at its end and logged after its commit. */
export class TransactionTrail implements AuditTrail {
  readonly #ids: string[] = []

  async note(events: readonly AuditEvent[]): Promise<void> {
    this.#ids.push(...events.map(({ id }) => id))
  }

  /** The events that the transaction has written, as they are stored. */
  async read(queries: Queries): Promise<readonly AuditEvent[]> {
    return this.#ids.length === 0 ? [] : readEvents(queries, this.#ids)
  }
}

/** Subjects and details of some events are known only within their statement, so the rows are read. */
function readEvents(queries: Queries, ids: readonly string[]): Promise<AuditEvent[]> {
  return queries.$queryRaw<AuditEvent[]>`
    SELECT ${auditColumns} FROM audit_events e WHERE e.id = ANY(${[...ids]}::uuid[]) ORDER BY e.id`
}
