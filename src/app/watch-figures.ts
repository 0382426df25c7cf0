import type { MailStore } from '../domain/mail/mail-store.ts'
import type { Services } from '../flows/services.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { Clock } from '../lib/time/clock.ts'

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
  const readLive = keptFor(liveSeconds, clock, () => stores.sessions.estimateLive(clock.now()))
  gauges.watch('sessions_live', async () => ({ '': await readLive() }))
  const readBacklog = shareBacklog(stores.mail, clock)
  gauges.watch('queued_messages', async () => ({ '': (await readBacklog()).count }))
  gauges.watch('oldest_message_age_seconds', async () => ({ '': (await readBacklog()).oldestAgeSeconds }))
}

/** How long a number of live sessions is shown before it is read again, whatever the number of readers. */
const liveSeconds = 60

/** A value that is read at most once in this time. A read that fails is repeated by the next reader. */
function keptFor<T>(
  seconds: number,
  clock: Pick<Clock, 'monotonicMs'>,
  read: () => Promise<T>,
): () => Promise<T> {
  let kept: { readonly value: Promise<T>; readonly untilMs: number } | null = null
  return () => {
    const nowMs = clock.monotonicMs()
    if (kept !== null && nowMs < kept.untilMs) return kept.value
    const value = read()
    kept = { value, untilMs: nowMs + seconds * 1000 }
    value.catch(() => {
      kept = null
    })
    return value
  }
}

interface Backlog {
  readonly count: number
  /** 0: no message is due. */
  readonly oldestAgeSeconds: number
}

/** Reads that begin while one runs share its result, so that two figures cost one statement. */
function shareBacklog(
  store: Pick<MailStore, 'readBacklog'>,
  clock: Pick<Clock, 'now'>,
): () => Promise<Backlog> {
  let running: Promise<Backlog> | null = null
  const read = async (): Promise<Backlog> => {
    const now = clock.now()
    const { count, oldestDueAt } = await store.readBacklog(now)
    return {
      count,
      oldestAgeSeconds: oldestDueAt === null ? 0 : (now.getTime() - oldestDueAt.getTime()) / 1000,
    }
  }
  return () => {
    running ??= read().finally(() => {
      running = null
    })
    return running
  }
}
