import type { Redis } from 'ioredis'
import type { Logger } from '../../lib/observation/logger.ts'
import { settled } from './redis-client.ts'

export interface SubscriptionDeps {
  /** A connection for subscriptions only; several subscriptions can share it. */
  readonly subscriber: Redis
  readonly logger: Logger
}

/**
 * Subscribes to a channel. Resolves when messages can arrive, or if Redis is unavailable now. `onSubscribed` is called after
 * each subscription: the first one, and one for each reconnect.
 */
export async function subscribeTo(
  channel: string,
  { subscriber, logger }: SubscriptionDeps,
  listener: (message: string) => void,
  onSubscribed: () => void = () => undefined,
): Promise<void> {
  const subscribe = async () => {
    try {
      await subscriber.subscribe(channel)
      onSubscribed()
    } catch (error) {
      logger.debug(
        { error, channel },
        'the subscription to a channel failed; it is repeated after a reconnect',
      )
    }
  }
  subscriber.on('message', (from: string, message: string) => {
    if (from === channel) listener(message)
  })
  // Repeated after every reconnect, because the server does not keep subscriptions.
  subscriber.on('ready', () => void subscribe())
  await settled(subscriber, 500)
  if (subscriber.status === 'ready') await subscribe()
}
