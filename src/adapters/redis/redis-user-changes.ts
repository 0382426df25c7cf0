import type { UserChanges } from '../../domain/users/user-changes.ts'
import { toHex } from '../../lib/crypto/digest.ts'
import { randomBytes } from '../../lib/crypto/random.ts'
import { isUuid } from '../../lib/ids/uuid.ts'
import { isObject, parseJson } from '../../lib/text/json.ts'
import type { RedisConnection } from './redis-client.ts'
import { channels } from './redis-names.ts'
import { type SubscriptionDeps, subscribeTo } from './redis-subscription.ts'

const channel = channels.changedUsers

export interface RedisUserChangesDeps extends SubscriptionDeps {
  readonly publisher: RedisConnection
}

/** Redis pub/sub, on the connections of the revocations. While Redis is unavailable messages are lost. */
export class RedisUserChanges implements UserChanges {
  readonly #deps: RedisUserChangesDeps
  readonly #listeners = new Set<(userIds: readonly string[]) => void>()
  /** Marks the messages of this process, whose listeners have been called already. */
  readonly #sender = toHex(randomBytes(8))
  #connections = 0
  #isSubscribed = false

  constructor(deps: RedisUserChangesDeps) {
    this.#deps = deps
    deps.subscriber.on('close', () => {
      this.#isSubscribed = false
    })
  }

  get connection(): number | null {
    return this.#isSubscribed ? this.#connections : null
  }

  announce(userIds: readonly string[]): void {
    if (userIds.length === 0) return
    this.#notify(userIds)
    this.#deps.publisher
      .publish(channel, JSON.stringify({ version: 1, sender: this.#sender, userIds }))
      .catch((error: Error) =>
        this.#deps.logger.debug({ error: error.message }, 'a change of a user was not published'),
      )
  }

  listen(listener: (userIds: readonly string[]) => void): void {
    this.#listeners.add(listener)
  }

  async start(): Promise<void> {
    const onSubscribed = () => {
      this.#isSubscribed = true
      this.#connections += 1
    }
    await subscribeTo(
      channel,
      this.#deps,
      (message) => this.#notify(readUserIds(message, this.#sender)),
      onSubscribed,
    )
  }

  #notify(userIds: readonly string[]): void {
    for (const listener of this.#listeners) listener(userIds)
  }
}

/** The users of a message of another process. Messages of a channel are untrusted input. */
function readUserIds(message: string, ownSender: string): readonly string[] {
  const parsed = parseJson(message)
  if (!isObject(parsed) || parsed.version !== 1 || !Array.isArray(parsed.userIds)) return []
  return parsed.sender === ownSender ? [] : parsed.userIds.filter(isUuid)
}
