import type { Revocation } from '../../domain/tokens/revocation.ts'
import type { RevocationChannel } from '../../domain/tokens/revocation-channel.ts'
import type { RedisConnection } from './redis-client.ts'
import { channels } from './redis-names.ts'
import { type SubscriptionDeps, subscribeTo } from './redis-subscription.ts'
import { readRevocations, writeRevocations } from './revocation-message.ts'

const channel = channels.revocations

export interface RedisRevocationChannelDeps extends SubscriptionDeps {
  readonly publisher: RedisConnection
}

/** Redis pub/sub. While Redis is unavailable messages are lost, and the processes learn of revocations by polling. */
export class RedisRevocationChannel implements RevocationChannel {
  readonly #deps: RedisRevocationChannelDeps

  constructor(deps: RedisRevocationChannelDeps) {
    this.#deps = deps
  }

  publish(revocations: readonly Revocation[]): void {
    if (revocations.length === 0) return
    this.#deps.publisher.publish(channel, writeRevocations(revocations)).catch((error: Error) => {
      this.#deps.logger.debug(
        { error: error.message },
        'a revocation was not published; other processes learn of it by polling',
      )
    })
  }

  async subscribe(listener: (revocations: readonly Revocation[]) => void): Promise<void> {
    await subscribeTo(channel, this.#deps, (message) => {
      const revocations = readRevocations(message)
      if (revocations !== null) listener(revocations)
    })
  }
}
