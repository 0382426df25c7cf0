import type { SessionChannel } from '../../domain/sessions/session-channel.ts'
import type { SessionStarted } from '../../domain/sessions/session-event.ts'
import { isObject, parseJson } from '../../lib/text/json.ts'
import type { RedisConnection } from './redis-client.ts'
import { channels } from './redis-names.ts'
import { type SubscriptionDeps, subscribeTo } from './redis-subscription.ts'

const channel = channels.sessions

export interface RedisSessionChannelDeps extends SubscriptionDeps {
  readonly publisher: RedisConnection
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
  const parsed = parseJson(message)
  if (!isObject(parsed) || parsed.version !== 1) return null
  const { userId, sessionId, at } = parsed
  if (typeof userId !== 'string' || typeof sessionId !== 'string') return null
  const date = new Date(String(at))
  return Number.isNaN(date.getTime()) ? null : { userId, sessionId, at: date }
}
