import type { SessionStore } from './session-store.ts'

/** The state of the sessions of a user in the store. */
export interface SessionSnapshot {
  /** Live sessions with the time at which each began. */
  readonly live: ReadonlyMap<string, Date>
  /** Requested sessions that were revoked. Those that are neither live nor revoked have expired. */
  readonly revoked: ReadonlySet<string>
}

/** One page holds all sessions: 1000 is the upper bound of SESSION_LIMIT. */
const allSessions = { after: null, before: null, limit: 1000, from: 'newest' } as const

/** Takes a snapshot. `known` are the sessions whose end is to be determined. @throws what the store throws */
export async function snapshotSessions(
  sessions: Pick<SessionStore, 'listLive' | 'listRevoked'>,
  userId: string,
  known: ReadonlySet<string>,
  now: Date,
): Promise<SessionSnapshot> {
  const found = await sessions.listLive(userId, allSessions, now)
  const live = new Map(found.map(({ id, createdAt }) => [id, createdAt]))
  const missing = [...known].filter((id) => !live.has(id))
  const revoked = missing.length === 0 ? [] : await sessions.listRevoked(userId, missing)
  return { live, revoked: new Set(revoked) }
}
