import { SpacedNotes } from '../../lib/collections/spaced-notes.ts'
import type { Logger } from '../../lib/observation/logger.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { minuteMs } from '../../lib/time/duration.ts'
import type { ApiKey } from './api-key.ts'
import type { ApiKeyStore } from './api-key-store.ts'

export interface ApiKeyUsesDeps {
  readonly store: Pick<ApiKeyStore, 'noteUses'>
  readonly clock: Clock
  readonly logger: Logger
}

const flushMs = 1_000
/** Minimum time between two writes for one key. */
const minIntervalMs = minuteMs
/** Maximum number of keys whose last write is remembered. */
const maxNoted = 5_000

/**
 * Records when keys were last used: one statement for all uses of a second, and at most one write a minute for each
 * key.
 */
export class ApiKeyUses {
  readonly #deps: ApiKeyUsesDeps
  readonly #noted = new SpacedNotes({ minIntervalMs, maxKeys: maxNoted })
  #waiting = new Map<string, Date>()
  #timer: NodeJS.Timeout | null = null
  #stopped = false

  constructor(deps: ApiKeyUsesDeps) {
    this.#deps = deps
  }

  /** Never throws and never waits. */
  note(key: Pick<ApiKey, 'id' | 'lastUsedAt'>): void {
    const now = this.#deps.clock.now()
    if (this.#stopped || !this.#noted.note(key.id, now.getTime(), key.lastUsedAt?.getTime())) return
    this.#waiting.set(key.id, now)
    this.#timer ??= setTimeout(() => void this.#flush(), flushMs).unref()
  }

  /** Stops without writing: uses of the last second are lost. */
  stop(): void {
    this.#stopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  async #flush(): Promise<void> {
    const uses = [...this.#waiting].map(([apiKeyId, usedAt]) => ({ apiKeyId, usedAt }))
    this.#waiting = new Map()
    this.#timer = null
    try {
      await this.#deps.store.noteUses(uses)
    } catch (error) {
      this.#deps.logger.debug({ error, keys: uses.length }, 'the last use of API keys was not recorded')
    }
  }
}
