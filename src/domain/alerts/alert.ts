import type { JsonObject } from '../../lib/json.ts'

/** What operators are told of, and in words. */
export const alertKinds = {
  REFRESH_TOKEN_REUSED: 'A refresh token was used twice: somebody may hold a stolen one.',
  CREDENTIAL_STUFFING: 'One address tries many identifiers.',
  PASSWORD_SPRAYING: 'One password is tried on many identifiers.',
  ACCOUNT_LOCKED: 'An account was locked after wrong passwords.',
  FLOOD_BLOCKED: 'An address was blocked after too many refused calls.',
  SESSION_REPORTED: 'Somebody has reported a sign-in as not his own.',
  LIMITER_DEGRADED: 'Redis does not answer: limits and lock-outs are counted by each process.',
  GATEWAY_CLOCK:
    'The clock of a gateway is more than half a minute off, or somebody repeats what it sent: the addresses of these requests count as unknown.',
  DATABASE_LOST_WRITES: 'A refresh token is ahead of its session: the database has lost writes.',
} as const

export type AlertKind = keyof typeof alertKinds

/** The port behind which operators are told. Raising never throws, never waits; a storm of one kind becomes one summary. */
export interface Alerts {
  /** `details` are ids, addresses and counts; never a secret. */
  raise(kind: AlertKind, details: JsonObject): void
}

/** Alerts that were raised here and are not written yet. */
export interface GatheredAlerts extends Alerts {
  /** Writes them. Rejects when the database is away: then they are kept, and added to. */
  flush(): Promise<void>
}
