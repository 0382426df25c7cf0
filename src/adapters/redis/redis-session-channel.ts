import type { Redis } from 'ioredis'
import type { SessionChannel } from '../../domain/sessions/session-channel.ts'
import type { SessionStarted } from '../../domain/sessions/session-event.ts'
import { type SubscriptionDeps, subscribeTo } from './redis-subscription.ts'

const channel = 'gatehouse:sessions'

export interface RedisSessionChannelDeps extends SubscriptionDeps {
  readonly publisher: Redis
}

/** Redis pub/sub. While Redis is unavailable messages are lost. */
export class RedisSessionChannel implements SessionChannel {
  readonly #deps: RedisSessionChannelDeps

  constructor(deps: RedisSessionChannelDeps) {
    this.#deps = deps
  }

  publish(started: SessionStarted): void {
    this.#deps.publisher
      .publish(channel, JSON.stringify({ version: 1, ...started }))
      .catch((error: Error) =>
        this.#deps.logger.debug({ error: error.message }, 'a new session was not published'),
      )
  }

  async subscribe(listener: (started: SessionStarted) => void): Promise<void> {
    await subscribeTo(channel, this.#deps, (message) => {
      const started = readStarted(message)
      if (started !== null) listener(started)
    })
  }
}

/** Null if the message is malformed: messages of a channel are untrusted input. */
function readStarted(message: string): SessionStarted | null {
  const parsed = parse(message)
  if (typeof parsed !== 'object' || parsed === null) return null
  const { version, userId, sessionId, at } = {
    version: 0,
    userId: null,
    sessionId: null,
    at: null,
    ...parsed,
  }
  if (version !== 1 || typeof userId !== 'string' || typeof sessionId !== 'string') return null
  const date = new Date(String(at))
  return Number.isNaN(date.getTime()) ? null : { userId, sessionId, at: date }
}

function parse(message: string): unknown {
  try {
    return JSON.parse(message)
  } catch {
    return null
  }
}
