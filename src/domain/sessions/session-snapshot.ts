import type { SessionStore } from './session-store.ts'

/** What became of the sessions of a user, by a reading of the store. */
export interface SessionSnapshot {
  /** When each of them began that goes on. */
  readonly live: ReadonlyMap<string, Date>
  /** Which of those asked for were ended before their time. Whatever is neither has run out. */
  readonly revoked: ReadonlySet<string>
}

/** No account has more: SESSION_LIMIT. */
const everySession = { after: null, before: null, limit: 1000, from: 'newest' } as const

/** @param known the sessions of whose end somebody is to hear. @throws what the store throws */
export async function snapshotSessions(
  sessions: Pick<SessionStore, 'listLive' | 'listRevoked'>,
  userId: string,
  known: ReadonlySet<string>,
  now: Date,
): Promise<SessionSnapshot> {
  const found = await sessions.listLive(userId, everySession, now)
  const live = new Map(found.map(({ id, createdAt }) => [id, createdAt]))
  const missing = [...known].filter((id) => !live.has(id))
  const revoked = missing.length === 0 ? [] : await sessions.listRevoked(userId, missing)
  return { live, revoked: new Set(revoked) }
}
