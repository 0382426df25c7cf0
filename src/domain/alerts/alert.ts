import type { JsonObject } from '../../lib/text/json.ts'

/** Kinds of alerts to operators, each with the sentence that receivers read. */
export const alertKinds = {
  REFRESH_TOKEN_REUSED: 'A refresh token was used twice: it may have been stolen.',
  CREDENTIAL_STUFFING: 'One address tries many identifiers.',
  PASSWORD_SPRAYING: 'One password is tried on many identifiers.',
  ACCOUNT_LOCKED: 'An account was locked after wrong passwords.',
  FLOOD_BLOCKED: 'An address was blocked after too many refused calls.',
  SESSION_REPORTED: 'A user reported a sign-in that was not theirs.',
  FACTOR_CHANGE_UNDONE: 'A user reverted a change of their second factors that was not theirs.',
  LIMITER_DEGRADED: 'Redis does not respond: each process counts rate limits and lock-outs on its own.',
  GATEWAY_CLOCK:
    'The clock of a gateway is more than 30 seconds off, or its requests are replayed: the client addresses of these requests count as unknown.',
  TEXT_MESSAGES_SPENT:
    'Half or all of the text messages that RATE_LIMIT_SMS_TOTAL allows are used: someone may cause them for profit.',
  DATABASE_LOST_WRITES: 'A refresh token is ahead of its session: the database has lost writes.',
} as const

export type AlertKind = keyof typeof alertKinds

/** Port to the operators. Many alerts of one kind become one summary. */
export interface Alerts {
  /** Never throws and never waits. `details` hold ids, addresses and counts, never a secret. */
  raise(kind: AlertKind, details: JsonObject): void
}

/** Alerts of this process that are not written to the database yet. */
export interface GatheredAlerts extends Alerts {
  /** Writes them. Rejects if the database is down; the alerts are kept in memory and counted further. */
  flush(): Promise<void>
}
