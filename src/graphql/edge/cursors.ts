import { BadArgumentError } from '../../domain/refusals.ts'
import type { StorePage } from '../../lib/collections/store-page.ts'
import { isUuid } from '../../lib/ids/uuid.ts'

/** The arguments of a Relay connection. */
export interface ConnectionArguments {
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
  readonly last?: number | null | undefined
  readonly before?: string | null | undefined
}

/** The page that the arguments describe. */
export interface KeysetPage {
  readonly after: string | null
  readonly before: string | null
  readonly size: number
  readonly from: 'newest' | 'oldest'
}

/** A row that a cursor can name. */
export interface Row {
  readonly id: string
}

export const defaultPageSize = 20
export const maxPageSize = 100

/** A cursor contains the id of its row. It is opaque to clients and grants no access. */
export function writeCursor(id: string): string {
  return Buffer.from(`id:${id}`).toString('base64url')
}

/** The id in a cursor. @throws BadArgumentError for a cursor that this service has not created */
export function readCursor(cursor: string): string {
  const text = cursor.length > 64 ? '' : Buffer.from(cursor, 'base64url').toString()
  const id = text.slice('id:'.length)
  if (!text.startsWith('id:') || !isUuid(id) || writeCursor(id) !== cursor) {
    throw new BadArgumentError('This cursor is not valid. Use a cursor from pageInfo or an edge.')
  }
  return id
}

/** @throws BadArgumentError for a size out of bounds, for first together with last, and for forged cursors */
export function readPage(args: ConnectionArguments): KeysetPage {
  const first = args.first ?? null
  const last = args.last ?? null
  if (first !== null && last !== null) throw new BadArgumentError('Use first or last, not both.')
  const size = first ?? last ?? defaultPageSize
  if (size < 1 || size > maxPageSize)
    throw new BadArgumentError(`first and last must be from 1 to ${maxPageSize}.`)
  return {
    after: args.after == null ? null : readCursor(args.after),
    before: args.before == null ? null : readCursor(args.before),
    size,
    from: last === null ? 'newest' : 'oldest',
  }
}

/** The rows of a page, and the count of the whole list if the connection has a totalCount. */
export interface Found<T extends Row> {
  readonly rows: readonly T[]
  readonly countAll?: () => Promise<number | null>
}

/**
 * Finds the page that the arguments describe. Reads one row more than the page holds, to detect whether more follow.
 * @throws as readPage does
 */
export async function findPage<T extends Row>(
  args: ConnectionArguments,
  find: (page: StorePage) => Promise<Found<T>>,
): Promise<Page<T> & Pick<Found<T>, 'countAll'>> {
  const page = readPage(args)
  const { rows, countAll } = await find({ ...page, limit: page.size + 1 })
  return { ...toPage(rows, page), ...(countAll && { countAll: onceOnly(countAll) }) }
}

export interface PageInfo {
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
  readonly startCursor: string | null
  readonly endCursor: string | null
}

export interface Page<T> {
  readonly edges: { cursor: string; node: T }[]
  readonly pageInfo: PageInfo
}

/** Cuts the rows of a store (up to one more than the page holds, newest first) to the page. */
export function toPage<T extends Row>(found: readonly T[], page: KeysetPage): Page<T> {
  const more = found.length > page.size
  const rows = page.from === 'newest' ? found.slice(0, page.size) : found.slice(-page.size)
  const edges = rows.map((node) => ({ cursor: writeCursor(node.id), node }))
  return {
    edges,
    pageInfo: {
      hasNextPage: page.from === 'newest' ? more : page.before !== null,
      hasPreviousPage: page.from === 'oldest' ? more : page.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

/** Counting is a statement of its own. It runs once per page, even if the operation selects it under several aliases. */
function onceOnly<T>(count: () => Promise<T>): () => Promise<T> {
  let counted: Promise<T> | null = null
  return () => {
    counted ??= count()
    return counted
  }
}
