import type { Redis } from 'ioredis'
import type { Logger } from '../../lib/logger.ts'
import { settled } from './redis-client.ts'

export interface SubscriptionDeps {
  /** A connection that does nothing but subscribe; others may share it. */
  readonly subscriber: Redis
  readonly logger: Logger
}

/** Hears every message of a channel. Resolves once messages can arrive, or when Redis is not there now. */
export async function subscribeTo(
  channel: string,
  { subscriber, logger }: SubscriptionDeps,
  listener: (message: string) => void,
): Promise<void> {
  const join = async () => {
    try {
      await subscriber.subscribe(channel)
    } catch (error) {
      logger.debug({ error, channel }, 'a channel was not joined; a reconnect tries again')
    }
  }
  subscriber.on('message', (from: string, message: string) => {
    if (from === channel) listener(message)
  })
  // Also after every reconnect: the server has forgotten the subscription by then.
  subscriber.on('ready', () => void join())
  await settled(subscriber, 500)
  if (subscriber.status === 'ready') await join()
}
