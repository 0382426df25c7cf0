/** Whom a budget counts. */
export type LimitSubject = 'address' | 'identifier' | 'session' | 'viewer' | 'viewerOrAddress' | 'everybody'

/** Every budget there is, and whom each counts. How large they are, the configuration says. */
export const budgetSubjects = {
  register: 'address',
  loginIdentifier: 'identifier',
  loginAddress: 'address',
  refresh: 'session',
  mailIdentifier: 'identifier',
  mailAddress: 'address',
  passwordCheck: 'viewerOrAddress',
  oneTimeToken: 'address',
  credentials: 'viewer',
  mutation: 'viewer',
  query: 'viewerOrAddress',
  all: 'address',
  unknownAddress: 'everybody',
} as const satisfies Readonly<Record<string, LimitSubject>>

export type BudgetName = keyof typeof budgetSubjects

/** What a call can be charged to: a budget of the configuration, or the one of an API key. */
export type ChargedName = BudgetName | 'apiKey'

/** So many calls in a sliding window of so many seconds. */
export interface Budget {
  readonly max: number
  readonly windowSeconds: number
}

export type Budgets = Readonly<Record<BudgetName, Budget>>

/** What stands beside a field: the budgets that each call of it is charged to, besides `all`. */
export interface Limit {
  readonly name: string
  readonly budgets: readonly BudgetName[]
}

function limit(name: string, ...budgets: readonly BudgetName[]): Limit {
  return { name, budgets }
}

/** The limits of the API's fields. */
export const limits = {
  register: limit('register', 'register', 'mailAddress', 'mailIdentifier'),
  login: limit('login', 'loginAddress', 'loginIdentifier'),
  /** Charged by the flow: only there is it known which session it is, and what is a repeat. */
  refresh: limit('refresh'),
  /** What scores passwords and decides nothing. */
  passwordCheck: limit('passwordCheck', 'passwordCheck'),
  /** Whatever makes the service send a mail to an address that the caller names. */
  mail: limit('mail', 'mailAddress', 'mailIdentifier'),
  /** Whatever presents the token of a mail. */
  oneTimeToken: limit('oneTimeToken', 'oneTimeToken'),
  /** What presents the token of a mail, or is asked by whoever is signed in. */
  report: limit('report', 'oneTimeToken', 'mutation'),
  /** Whatever wants the present password of whoever is signed in. */
  credentials: limit('credentials', 'credentials', 'mutation'),
  /** The same, and mails to an address that the caller names. */
  credentialsAndMail: limit('credentialsAndMail', 'credentials', 'mutation', 'mailAddress', 'mailIdentifier'),
  mutation: limit('mutation', 'mutation'),
  query: limit('query', 'query'),
} as const satisfies Record<string, Limit>
