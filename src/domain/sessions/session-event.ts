/** What a client is told of the sessions of its account. */
export const sessionEventTypes = ['NEW_SESSION', 'REVOKED', 'EXPIRING'] as const
export type SessionEventType = (typeof sessionEventTypes)[number]

export interface SessionEvent {
  readonly type: SessionEventType
  readonly sessionId: string
  /** When it happened; of EXPIRING, when the access token ends that listens. */
  readonly at: Date
}

/** Somebody has signed in. */
export interface SessionStarted {
  readonly userId: string
  readonly sessionId: string
  readonly at: Date
}
