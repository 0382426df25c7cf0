import type { Clock } from '../../lib/clock.ts'
import { isUuid } from '../../lib/uuid.ts'
import { BadArgumentError } from '../refusals.ts'
import type { Revocation } from './revocation.ts'
import { type FeedPosition, positionBefore, type RevocationStore } from './revocation-store.ts'

/** A part of what has been revoked, in the order in which it was written down. */
export interface FeedPage {
  readonly revocations: readonly Revocation[]
  /** Where to go on. */
  readonly cursor: string
  /** Whether there is more now. */
  readonly more: boolean
}

const pageSize = 1000
/** Writers commit in another order than they began in, and their clocks differ: so much is told again. */
const overlapMs = 10_000

/**
 * What services need that verify access tokens themselves: everything once, then what is new. API keys are left out:
 * nobody else can verify them.
 */
export class RevocationFeed {
  readonly #deps: { readonly store: Pick<RevocationStore, 'listPage'>; readonly clock: Clock }

  constructor(deps: { readonly store: Pick<RevocationStore, 'listPage'>; readonly clock: Clock }) {
    this.#deps = deps
  }

  /** @throws BadArgumentError for a cursor that is none of ours */
  async page(cursor: string | null): Promise<FeedPage> {
    const since = cursor === null ? beginning() : readCursor(cursor)
    const now = this.#deps.clock.now()
    const found = await this.#deps.store.listPage(since.position, now, pageSize + 1)
    const rows = found.slice(0, pageSize)
    const more = found.length > pageSize
    const position = rows.at(-1)?.position ?? since.position
    const again = since.again ?? unsettled(position, now)
    const reached = { position, again }
    return {
      revocations: rows.map(({ revocation }) => revocation).filter(({ kind }) => kind !== 'API_KEY'),
      cursor: writeCursor(
        more || again === null ? reached : { position: positionBefore(again), again: null },
      ),
      more,
    }
  }
}

/** How far a reader has come. */
interface FeedCursor {
  readonly position: FeedPosition
  /** From where on he is told once more, when he has come to the end: something may be committed behind him. */
  readonly again: Date | null
}

function beginning(): FeedCursor {
  return { position: positionBefore(new Date(0)), again: null }
}

/** From when on something may be committed yet before that position; null when that cannot be. */
function unsettled({ recordedAt }: FeedPosition, now: Date): Date | null {
  const bound = now.getTime() - overlapMs
  return recordedAt.getTime() <= bound ? null : new Date(bound)
}

function writeCursor({ position: { recordedAt, id }, again }: FeedCursor): string {
  const parts = [recordedAt.getTime(), id, ...(again === null ? [] : [again.getTime()])]
  return Buffer.from(parts.join(':')).toString('base64url')
}

const written = /^(0|[1-9][0-9]{0,14}):([0-9a-f-]{36})(?::(0|[1-9][0-9]{0,14}))?$/

function readCursor(text: string): FeedCursor {
  const decoded = text.length > 100 ? '' : Buffer.from(text, 'base64url').toString()
  const [, time = '', id = '', again] = written.exec(decoded) ?? []
  const cursor = {
    position: { recordedAt: new Date(Number(time)), id },
    again: again === undefined ? null : new Date(Number(again)),
  }
  if (!isUuid(id) || writeCursor(cursor) !== text)
    throw new BadArgumentError('since: take it from the answer before, or leave it out.')
  return cursor
}
