import type { AuditFilter } from '../../domain/audit/audit-store.ts'
import type { StorePage } from '../../lib/collections/store-page.ts'
import { lowestUuidAt } from '../../lib/ids/uuid.ts'
import { Prisma } from './generated/client.ts'

/** Maximum difference between the time in an id and `created_at`; a clock adjustment causes one. */
const maxSkewMs = 60_000

/** The first bytes of an id, which name a span of time and sort like it. Must repeat the expression of the index literally. */
export type IdSpan = (id: Prisma.Sql) => Prisma.Sql

/** Spans of 4.7 hours: the index of users. */
export const fourHours: IdSpan = (id) => Prisma.sql`substr(uuid_send(${id}), 1, 3)`
/** Spans of 65 seconds: the index of addresses. */
export const minute: IdSpan = (id) => Prisma.sql`substr(uuid_send(${id}), 1, 4)`
/** Spans of 0.26 seconds: the indexes of tenants and of types. */
export const instant: IdSpan = (id) => Prisma.sql`substr(uuid_send(${id}), 1, 5)`

/**
 * Ids sort by time, so a time range is a range of the index. The condition on `created_at` makes it exact. Each bound is
 * repeated for the span, which the index contains.
 */
export function boundsOf({ from, to }: AuditFilter, page: StorePage, span: IdSpan): readonly Prisma.Sql[] {
  const id = Prisma.sql`e.id`
  const below = (bound: Prisma.Sql) => Prisma.sql`${id} < ${bound} AND ${span(id)} <= ${span(bound)}`
  const above = (bound: Prisma.Sql) => Prisma.sql`${id} > ${bound} AND ${span(id)} >= ${span(bound)}`
  const idAt = (time: Date, skewMs: number) =>
    Prisma.sql`${lowestUuidAt(new Date(time.getTime() + skewMs))}::uuid`
  return [
    ...(page.after === null ? [] : [below(Prisma.sql`${page.after}::uuid`)]),
    ...(page.before === null ? [] : [above(Prisma.sql`${page.before}::uuid`)]),
    ...(from === null
      ? []
      : [above(idAt(from, -maxSkewMs)), Prisma.sql`e.created_at >= ${from}::timestamptz`]),
    ...(to === null ? [] : [below(idAt(to, maxSkewMs)), Prisma.sql`e.created_at <= ${to}::timestamptz`]),
  ]
}
