import { alertKinds } from '../../../../domain/alerts/alert.ts'
import type { AlertWindow } from '../../../../domain/alerts/alert-policy.ts'
import type {
  AlertCount,
  AlertFailure,
  AlertOutcome,
  AlertStore,
  ClaimedAlert,
} from '../../../../domain/alerts/alert-store.ts'
import type { Queries } from '../queries.ts'

/** How long a summary waits for the last occurrences of its window: processes write once a second, and clocks differ. */
const graceMs = 2000

export class PrismaAlertStore implements AlertStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  /**
   * Inserts in the order of `kind`, so that all processes lock the rows in the same order. Details about a user or a
   * session that was deleted since the alert was raised are left out; a deletion in progress is waited for.
   */
  async record(counts: readonly AlertCount[], window: AlertWindow, now: Date): Promise<void> {
    const { start, end } = window
    await this.#queries.$executeRaw`
      INSERT INTO operator_alerts (id, kind, window_start, window_end, occurrences, details, next_attempt_at)
      SELECT id, kind, ${start}::timestamptz, ${end}::timestamptz, occurrences,
        CASE WHEN details->>'userId' IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM users u WHERE u.id = (details->>'userId')::uuid FOR KEY SHARE)
          OR details->>'sessionId' IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM sessions s WHERE s.id = (details->>'sessionId')::uuid)
        THEN '{}'::jsonb ELSE details END, ${now}::timestamptz
      FROM jsonb_to_recordset(${JSON.stringify(counts)}::jsonb)
        AS count(id uuid, kind text, occurrences int, details jsonb)
      ORDER BY kind
      ON CONFLICT (kind, window_start) DO UPDATE SET
        occurrences = LEAST(operator_alerts.occurrences::bigint + EXCLUDED.occurrences, 2147483647)::int,
        next_attempt_at = COALESCE(operator_alerts.next_attempt_at,
          GREATEST(${summaryDueAt(end)}::timestamptz, ${now}::timestamptz))`
  }

  /** A claim that waited for the lock on a row checks the condition again, and so sees that the row is already claimed. */
  async claim(now: Date, claimedUntil: Date, limit: number): Promise<readonly ClaimedAlert[]> {
    return this.#queries.$queryRaw<ClaimedAlert[]>`
      WITH due AS (
        SELECT id FROM operator_alerts
        WHERE next_attempt_at <= ${now}::timestamptz AND kind = ANY(${Object.keys(alertKinds)}::text[])
          AND (claimed_until IS NULL OR claimed_until <= ${now}::timestamptz)
        ORDER BY next_attempt_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED
      )
      UPDATE operator_alerts a SET claimed_until = ${claimedUntil}::timestamptz, attempts = attempts + 1
      FROM due WHERE a.id = due.id
      RETURNING a.id, a.kind, a.window_start AS "windowStart", a.window_end AS "windowEnd", a.occurrences, a.details,
        a.told_occurrences AS "reportedOccurrences", a.attempts`
  }

  async settle(alert: ClaimedAlert, { reported, reason, now }: AlertOutcome): Promise<void> {
    await this.#queries.$executeRaw`
      UPDATE operator_alerts SET told_occurrences = ${reported}, attempts = 0, claimed_until = NULL, last_error = ${reason},
        next_attempt_at = CASE WHEN occurrences > ${reported}
          THEN GREATEST(${summaryDueAt(alert.windowEnd)}::timestamptz, ${now}::timestamptz) END
      WHERE id = ${alert.id}::uuid AND attempts = ${alert.attempts} AND told_occurrences = ${alert.reportedOccurrences}`
  }

  async postpone(alert: ClaimedAlert, { reason, nextAttemptAt }: AlertFailure): Promise<void> {
    await this.#queries.$executeRaw`
      UPDATE operator_alerts SET next_attempt_at = ${nextAttemptAt}::timestamptz, claimed_until = NULL,
        last_error = ${reason}
      WHERE id = ${alert.id}::uuid AND attempts = ${alert.attempts} AND told_occurrences = ${alert.reportedOccurrences}`
  }

  async purge(endedBefore: Date, limit: number): Promise<number> {
    return this.#queries.$executeRaw`
      DELETE FROM operator_alerts WHERE id IN (
        SELECT id FROM operator_alerts WHERE window_end < ${endedBefore}::timestamptz LIMIT ${limit}
      )`
  }
}

function summaryDueAt(windowEnd: Date): Date {
  return new Date(windowEnd.getTime() + graceMs)
}
