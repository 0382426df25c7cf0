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
    const since = cursor === null ? null : readCursor(cursor)
    const now = this.#deps.clock.now()
    const found = await this.#deps.store.listPage(since, now, pageSize + 1)
    const rows = found.slice(0, pageSize)
    const more = found.length > pageSize
    const last = rows.at(-1)?.position ?? since
    return {
      revocations: rows.map(({ revocation }) => revocation).filter(({ kind }) => kind !== 'API_KEY'),
      cursor: writeCursor(more ? last : settled(last, now)),
      more,
    }
  }
}

/** What was written lately is asked for once more: something may be committed before it yet. */
function settled(last: FeedPosition | null, now: Date): FeedPosition | null {
  const bound = now.getTime() - overlapMs
  if (last === null || last.recordedAt.getTime() <= bound) return last
  return positionBefore(new Date(bound))
}

function writeCursor(position: FeedPosition | null): string {
  const { recordedAt, id } = position ?? positionBefore(new Date(0))
  return Buffer.from(`${recordedAt.getTime()}:${id}`).toString('base64url')
}

function readCursor(cursor: string): FeedPosition {
  const text = cursor.length > 100 ? '' : Buffer.from(cursor, 'base64url').toString()
  const [, time = '', id = ''] = /^(0|[1-9][0-9]{0,14}):([0-9a-f-]{36})$/.exec(text) ?? []
  const position = { recordedAt: new Date(Number(time)), id }
  if (!isUuid(id) || writeCursor(position) !== cursor)
    throw new BadArgumentError('since: take it from the answer before, or leave it out.')
  return position
}
