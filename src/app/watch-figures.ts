import type { Services } from '../flows/services.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'

/** What the metrics show of the state of this process, read whenever they are read. */
export function watchFigures(
  { gauges, databaseConnections, stores, clock }: Infrastructure,
  { hasher, revocations }: Pick<Services, 'hasher' | 'revocations'>,
): void {
  gauges.watch('hash_queue', () => ({ ...hasher.load }))
  gauges.watch('database_connections', () => ({ ...databaseConnections() }))
  gauges.watch('revocations', () => {
    const { revokedSessions: session, revokedUsers: user, revokedTokens: token } = revocations.stats
    return { session, user, token }
  })
  gauges.watch('queued_messages', async () => ({ '': (await stores.mail.readBacklog(clock.now())).count }))
  gauges.watch('oldest_message_age_seconds', async () => {
    const now = clock.now()
    const { oldestDueAt } = await stores.mail.readBacklog(now)
    return { '': oldestDueAt === null ? 0 : (now.getTime() - oldestDueAt.getTime()) / 1000 }
  })
}
