import { BoundedMap } from '../../lib/collections/bounded-map.ts'
import { sha256 } from '../../lib/crypto/digest.ts'
import type { Logger } from '../../lib/observation/logger.ts'

/** A User-Agent that sessions and events of several users have in common in one month. */
export interface SharedUserAgent {
  readonly digest: Uint8Array<ArrayBuffer>
  /** First day of the month of the use, in UTC. */
  readonly month: Date
  readonly userAgent: string
}

/** Stores each shared User-Agent once a month. Entries never change. */
export interface UserAgentStore {
  /** Adds an entry unless it exists. */
  insert(entry: SharedUserAgent): Promise<void>
  /** Removes at most `limit` entries of months before the oldest stored event and session, and returns their number. */
  purge(now: Date, limit: number): Promise<number>
}

/** Events and last uses of sessions in one month with the same User-Agent refer to one entry. */
export function sharedUserAgent(userAgent: string, at: Date): SharedUserAgent {
  const month = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth()))
  return { digest: sha256(`${month.toISOString()} ${userAgent}`), month, userAgent }
}

/** Number of User-Agents that a process remembers. The least recent one is forgotten first. */
const maxRemembered = 2000

/**
 * Stores User-Agents that several users have sent. One that a single user sends can identify them, and remains in their
 * sessions and events, which are removed or emptied when their account is deleted. Random ones do not fill the table.
 */
export class UserAgentRegister {
  readonly #store: Pick<UserAgentStore, 'insert'>
  readonly #logger: Logger
  /** Who first sent each one in a month, until it is stored or about to be: then null. */
  readonly #seen = new BoundedMap<string, { readonly month: number; readonly userId: string | null }>(
    maxRemembered,
  )

  constructor(deps: { readonly store: Pick<UserAgentStore, 'insert'>; readonly logger: Logger }) {
    this.#store = deps.store
    this.#logger = deps.logger
  }

  /** Stores the User-Agent of a request, if it has one, in the background if another user has sent it in this month. */
  note(userAgent: string | null, userId: string, at: Date): void {
    if (userAgent === null) return
    const month = at.getUTCFullYear() * 12 + at.getUTCMonth()
    const seen = this.#seen.get(userAgent)
    const first = seen?.month === month ? seen.userId : userId
    const isShared = first !== null && first !== userId
    this.#seen.set(userAgent, { month, userId: isShared ? null : first })
    if (isShared) void this.#insert(userAgent, at)
  }

  /** Without an entry, sessions and events contain the text: a failure loses nothing. */
  async #insert(userAgent: string, at: Date): Promise<void> {
    try {
      await this.#store.insert(sharedUserAgent(userAgent, at))
    } catch (error) {
      this.#seen.delete(userAgent)
      this.#logger.debug({ error }, 'a User-Agent could not be stored')
    }
  }
}
