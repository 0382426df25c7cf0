/** Whom a limit counts. */
export type LimitSubject = 'address' | 'identifier' | 'session' | 'viewer'

/** A named budget: so many calls in a sliding window of so many seconds. */
export interface Limit {
  readonly name: string
  readonly max: number
  readonly windowSeconds: number
  readonly subject: LimitSubject
}

function limit(name: string, max: number, windowSeconds: number, subject: LimitSubject): Limit {
  return { name, max, windowSeconds, subject }
}

const minute = 60
const hour = 3600

/** The budgets that stand beside the fields of the API. */
export const limits = {
  register: limit('register', 5, hour, 'address'),
  login: limit('login', 10, minute, 'identifier'),
  refresh: limit('refresh', 20, minute, 'session'),
  /** What scores passwords and decides nothing. */
  passwordCheck: limit('password-check', 30, minute, 'viewer'),
  /** Whatever makes the service send a mail. */
  mail: limit('mail', 3, hour, 'identifier'),
  /** Whatever presents the token of a mail. */
  oneTimeToken: limit('one-time-token', 20, minute, 'address'),
  credentials: limit('credentials', 10, minute, 'viewer'),
  mutation: limit('mutation', 60, minute, 'viewer'),
  query: limit('query', 300, minute, 'viewer'),
} as const satisfies Record<string, Limit>
