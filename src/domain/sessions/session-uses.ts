import type { Clock } from '../../lib/clock.ts'
import { minuteMs } from '../../lib/duration.ts'
import type { Logger } from '../../lib/logger.ts'
import { SpacedNotes } from '../../lib/spaced-notes.ts'
import type { SessionStore, SessionUse } from './session-store.ts'

export interface SessionUsesDeps {
  readonly store: Pick<SessionStore, 'noteUses'>
  readonly clock: Clock
  readonly logger: Logger
}

const flushMs = 1_000
/** Minimum time between two writes for one session and generation. */
const minIntervalMs = minuteMs
/** Maximum number of sessions and generations whose last note is remembered. */
const maxNoted = 50_000
/** Maximum number of uses that wait for the next statement. */
const maxWaiting = 10_000

type TokenUse = Pick<SessionUse, 'sessionId' | 'generation'>

/**
 * Records when the tokens of sessions were last used, and of which generation they were: one statement for all uses of
 * a second, and at most one use a minute for each session and generation.
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
  note({ sessionId, generation }: TokenUse): void {
    const key = keyOf({ sessionId, generation })
    const now = this.#deps.clock.now()
    if (this.#stopped || this.#waiting.size >= maxWaiting) return
    if (!this.#noted.note(key, now.getTime())) return
    this.#waiting.set(key, { sessionId, generation, usedAt: now })
    this.#schedule()
  }

  /** Whether this process has noted a token of that generation and not written it yet. */
  isWaiting(sessionId: string, generation: number): boolean {
    return this.#waiting.has(keyOf({ sessionId, generation }))
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
    const uses = [...this.#waiting.values()]
    try {
      const written = new Set(await this.#deps.store.noteUses(uses))
      for (const use of uses) this.#settle(use, written.has(use.sessionId))
    } catch (error) {
      this.#deps.logger.debug({ error, sessions: uses.length }, 'the last use of sessions was not recorded')
    }
    this.#timer = null
    if (this.#waiting.size > 0) this.#schedule()
  }

  /** If another statement had locked the row, the next use of the token is noted again. */
  #settle(use: SessionUse, written: boolean): void {
    const key = keyOf(use)
    if (this.#waiting.get(key) === use) this.#waiting.delete(key)
    if (!written) this.#noted.forget(key)
  }
}

function keyOf({ sessionId, generation }: TokenUse): string {
  return `${sessionId} ${generation}`
}
