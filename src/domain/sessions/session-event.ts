/** Kinds of events in a stream about the sessions of an account. */
export const sessionEventTypes = ['NEW_SESSION', 'REVOKED', 'EXPIRING'] as const
export type SessionEventType = (typeof sessionEventTypes)[number]

export interface SessionEvent {
  readonly type: SessionEventType
  readonly sessionId: string
  /** When it happened. For EXPIRING: when the access token of the subscriber expires. */
  readonly at: Date
}

/** A new session began. */
export interface SessionStarted {
  readonly userId: string
  readonly sessionId: string
  readonly at: Date
}
