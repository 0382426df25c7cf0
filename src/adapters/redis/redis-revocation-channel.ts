import type { Redis } from 'ioredis'
import type { Revocation } from '../../domain/tokens/revocation.ts'
import type { RevocationChannel } from '../../domain/tokens/revocation-channel.ts'
import type { Logger } from '../../lib/logger.ts'
import { settled } from './redis-client.ts'
import { readRevocations, writeRevocations } from './revocation-message.ts'

const channel = 'gatehouse:revocations'

export interface RedisRevocationChannelDeps {
  readonly publisher: Redis
  /** A connection that does nothing but subscribe; others may share it. */
  readonly subscriber: Redis
  readonly logger: Logger
}

/** Redis pub/sub. While Redis is away messages are lost: the processes learn by polling. */
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
        'a revocation was not published; others learn it by polling',
      )
    })
  }

  async subscribe(listener: (revocations: readonly Revocation[]) => void): Promise<void> {
    const { subscriber } = this.#deps
    subscriber.on('message', (from: string, message: string) => {
      const revocations = from === channel ? readRevocations(message) : null
      if (revocations !== null) listener(revocations)
    })
    subscriber.on('ready', () => void this.#join())
    await settled(subscriber, 500)
    if (subscriber.status === 'ready') await this.#join()
  }

  /** Also after every reconnect: the server has forgotten the subscription by then. */
  async #join(): Promise<void> {
    try {
      await this.#deps.subscriber.subscribe(channel)
    } catch (error) {
      this.#deps.logger.debug({ error }, 'the revocation channel was not joined; a reconnect tries again')
    }
  }
}
