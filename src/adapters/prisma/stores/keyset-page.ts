import type { StorePage } from '../../../lib/collections/store-page.ts'
import { Prisma } from '../generated/client.ts'

export interface PageSource {
  readonly columns: Prisma.Sql
  /** A table with an alias, or a subquery with one. */
  readonly from: Prisma.Sql
  readonly where: Prisma.Sql
  /** The id column, with the alias: the order of the page. Ids are uuid v7, so it is the order of creation. */
  readonly id: Prisma.Sql
}

/** Selects the rows of a page, beginning at the end from which the page counts. Pass the rows to `newestFirst`. */
export function selectPage({ columns, from, where, id }: PageSource, page: StorePage): Prisma.Sql {
  const conditions = Prisma.join([where, ...cursorConditions(page, id)], ' AND ')
  return Prisma.sql`
    SELECT ${columns} FROM ${from} WHERE ${conditions} ORDER BY ${id} ${pageDirection(page)} LIMIT ${page.limit}`
}

/** Conditions that keep an id within the cursors of a page. */
function cursorConditions({ after, before }: StorePage, id: Prisma.Sql): readonly Prisma.Sql[] {
  return [
    ...(after === null ? [] : [Prisma.sql`${id} < ${after}::uuid`]),
    ...(before === null ? [] : [Prisma.sql`${id} > ${before}::uuid`]),
  ]
}

/** DESC or ASC: the direction in which the rows of a page are read. */
export function pageDirection(page: StorePage): Prisma.Sql {
  return page.from === 'newest' ? Prisma.sql`DESC` : Prisma.sql`ASC`
}

/** Orders the rows of a page by id, newest first, in whichever direction they were read. */
export function newestFirst<Row>(rows: readonly Row[], page: StorePage): readonly Row[] {
  return page.from === 'newest' ? rows : rows.toReversed()
}
