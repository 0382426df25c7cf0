import { SpacedNotes } from '../../lib/collections/spaced-notes.ts'
import type { Logger } from '../../lib/observation/logger.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { minuteMs } from '../../lib/time/duration.ts'
import { lastProofOf } from './assurance.ts'
import type { Session, SessionState } from './session.ts'
import type { SessionStore, SessionUse } from './session-store.ts'

export interface SessionUsesDeps {
  readonly store: Pick<SessionStore, 'noteUses'>
  readonly clock: Clock
  readonly logger: Logger
}

const flushMs = 1_000
/** Minimum time between two writes for one token. */
const minIntervalMs = minuteMs
/** Maximum number of tokens whose last note is remembered. */
const maxNoted = 50_000
/** Maximum number of uses that wait for the next statement. */
const maxWaiting = 10_000

/** The use of a token. `tokenId` is the `jti` of an access token, or names a refresh token. */
export interface TokenUse
  extends Omit<SessionUse, 'usedAt' | 'provenAt'>,
    Pick<Session, 'authTime' | 'secondFactorAt'> {
  readonly tokenId: string
}

/**
 * Records when the tokens of sessions were last used, and of which generation they were: one statement for all uses of
 * a second, and at most one use a minute for each token.
 */
export class SessionUses {
  readonly #deps: SessionUsesDeps
  readonly #noted = new SpacedNotes({ minIntervalMs, maxKeys: maxNoted })
  /** Uses that are not written yet. */
  readonly #waiting = new Map<string, SessionUse>()
  #timer: NodeJS.Timeout | null = null
  #stopped = false

  constructor(deps: SessionUsesDeps) {
    this.#deps = deps
  }

  /** Notes the use of a token of a session. Never throws and never waits. */
  note({ tokenId, sessionId, generation, ...proofs }: TokenUse): void {
    const now = this.#deps.clock.now()
    if (this.#stopped || this.#waiting.size >= maxWaiting) return
    if (!this.#noted.note(tokenId, now.getTime())) return
    this.#waiting.set(tokenId, { sessionId, generation, provenAt: lastProofOf(proofs), usedAt: now })
    this.#schedule()
  }

  /** Whether this process has noted a token of the present generation of the session and not written it yet. */
  isWaiting(session: Pick<SessionState, 'id' | 'generation' | 'authTime' | 'secondFactorAt'>): boolean {
    const { id, generation } = session
    const family = toSeconds(lastProofOf(session))
    return [...this.#waiting.values()].some(
      (use) => use.sessionId === id && use.generation === generation && toSeconds(use.provenAt) === family,
    )
  }

  /** Writes what is noted, then stops. */
  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#waiting.size > 0) await this.#flush()
  }

  #schedule(): void {
    if (!this.#stopped) this.#timer ??= setTimeout(() => void this.#flush(), flushMs).unref()
  }

  /** Uses that cannot be written wait for the next statement. */
  async #flush(): Promise<void> {
    const uses = [...this.#waiting]
    try {
      const written = new Set(await this.#deps.store.noteUses(uses.map(([, use]) => use)))
      for (const [tokenId, use] of uses) this.#settle(tokenId, use, written.has(use.sessionId))
    } catch (error) {
      this.#deps.logger.debug({ error, sessions: uses.length }, 'the last use of sessions was not recorded')
    }
    this.#timer = null
    if (this.#waiting.size > 0) this.#schedule()
  }

  /** If another statement had locked the row, the next use of the token is noted again. */
  #settle(tokenId: string, use: SessionUse, written: boolean): void {
    if (this.#waiting.get(tokenId) === use) this.#waiting.delete(tokenId)
    if (!written) this.#noted.forget(tokenId)
  }
}

/** Tokens state the time of the last proof, which names their refresh family, in seconds. */
function toSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1000)
}
