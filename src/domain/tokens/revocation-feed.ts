import { isUuid } from '../../lib/ids/uuid.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { BadArgumentError } from '../refusals.ts'
import {
  type FeedPosition,
  positionBefore,
  type RevocationOfFeed,
  type RevocationStore,
} from './revocation-store.ts'

/** A page of revocations, in the order in which they were recorded. */
export interface FeedPage {
  readonly revocations: readonly RevocationOfFeed[]
  /** Continues after this page. */
  readonly cursor: string
  /** Whether there are more revocations now. */
  readonly more: boolean
}

const pageSize = 1000
/**
 * Revocations of this period, by the clock of the database, are returned again, since transactions can commit in another
 * order than their recorded times.
 */
const overlapMs = 10_000

/**
 * The revocations for services that verify access tokens locally: first all of them, then new ones. API keys are left
 * out, since only this service can verify them.
 */
export class RevocationFeed {
  readonly #deps: {
    readonly store: Pick<RevocationStore, 'listPageOfFeed' | 'readClock'>
    readonly clock: Clock
  }

  constructor(deps: {
    readonly store: Pick<RevocationStore, 'listPageOfFeed' | 'readClock'>
    readonly clock: Clock
  }) {
    this.#deps = deps
  }

  /** The page after a cursor; null starts at the beginning. @throws BadArgumentError for a cursor of another origin */
  async page(cursor: string | null): Promise<FeedPage> {
    const since = cursor === null ? beginning() : readCursor(cursor)
    const now = this.#deps.clock.now()
    const databaseNow = await this.#deps.store.readClock()
    const found = await this.#deps.store.listPageOfFeed(since.position, now, pageSize + 1)
    const rows = found.slice(0, pageSize)
    const more = found.length > pageSize
    const position = rows.at(-1)?.position ?? since.position
    const again = since.again ?? unsettled(position, databaseNow)
    const reached = { position, again }
    return {
      revocations: rows.filter(({ revocation }) => revocation.kind !== 'API_KEY'),
      cursor: writeCursor(
        more || again === null ? reached : { position: positionBefore(again), again: null },
      ),
      more,
    }
  }
}

/** The progress of a reader. */
interface FeedCursor {
  readonly position: FeedPosition
  /** Where reading starts again after the end is reached, since revocations can be committed before the position. */
  readonly again: Date | null
}

function beginning(): FeedCursor {
  return { position: positionBefore(new Date(0)), again: null }
}

/**
 * A time from which revocations may still be committed before the position; null if that is impossible. It depends on
 * the position alone, so that responses with nothing new are equal.
 */
function unsettled({ recordedAt }: FeedPosition, databaseNow: Date): Date | null {
  const isSettled = recordedAt.getTime() <= databaseNow.getTime() - overlapMs
  return isSettled ? null : new Date(recordedAt.getTime() - overlapMs)
}

function writeCursor({ position: { recordedAt, id }, again }: FeedCursor): string {
  const parts = [recordedAt.getTime(), id, ...(again === null ? [] : [again.getTime()])]
  return Buffer.from(parts.join(':')).toString('base64url')
}

const form = /^(0|[1-9][0-9]{0,14}):([0-9a-f-]{36})(?::(0|[1-9][0-9]{0,14}))?$/

function readCursor(text: string): FeedCursor {
  const decoded = text.length > 100 ? '' : Buffer.from(text, 'base64url').toString()
  const [, time = '', id = '', again] = form.exec(decoded) ?? []
  const cursor = {
    position: { recordedAt: new Date(Number(time)), id },
    again: again === undefined ? null : new Date(Number(again)),
  }
  if (!isUuid(id) || writeCursor(cursor) !== text)
    throw new BadArgumentError('since: use the cursor of the previous response, or omit it.')
  return cursor
}
