import type { CallsPerSpan } from '../../lib/collections/calls-per-span.ts'

/**
 * What a budget is counted by. `unknownAddress` is one counter for all requests without a known address, `installation`
 * is one counter for all calls.
 */
export type LimitSubject =
  | 'address'
  | 'identifier'
  | 'phoneNumber'
  | 'phonePrefix'
  | 'session'
  | 'viewer'
  | 'viewerOrAddress'
  | 'unknownAddress'
  | 'installation'

/** All budgets and what each is counted by. Their sizes are in the configuration. */
export const budgetSubjects = {
  register: 'address',
  loginIdentifier: 'identifier',
  loginAddress: 'address',
  refresh: 'session',
  mailIdentifier: 'identifier',
  mailAddress: 'address',
  passwordCheck: 'viewerOrAddress',
  oneTimeToken: 'address',
  secondStep: 'address',
  smsAccount: 'viewer',
  smsAddress: 'address',
  smsNumber: 'phoneNumber',
  smsPrefix: 'phonePrefix',
  smsTotal: 'installation',
  credentials: 'viewer',
  mutation: 'viewer',
  query: 'viewerOrAddress',
  all: 'address',
  unknownAddress: 'unknownAddress',
} as const satisfies Readonly<Record<string, LimitSubject>>

export type BudgetName = keyof typeof budgetSubjects

/** The name under which a call is charged: a budget of the configuration, or one of an API key or of a tenant. */
export type ChargedName = BudgetName | 'apiKey' | 'tenant'

/** A maximum number of calls in a sliding window. */
export type Budget = CallsPerSpan

export type Budgets = Readonly<Record<BudgetName, Budget>>

/** The declaration of a field: the budgets that each call is charged to, besides `all` and `unknownAddress`. */
export interface Limit {
  readonly name: string
  readonly budgets: readonly BudgetName[]
  /** Whether each call hashes a password. Such calls are refused at once while the hasher is overloaded. */
  readonly hashesPassword?: true
  /** Whether the use case charges each call, together with a budget whose subject only it can find. */
  readonly chargedByUseCase?: true
  /** Whether the use case charges the budget of the tenant, because the call alone does not name the tenant. */
  readonly tenantIsFound?: true
}

function limit(name: string, ...budgets: readonly BudgetName[]): Limit {
  return { name, budgets }
}

/** The limits that fields of the API declare. */
export const limits = {
  register: { ...limit('register', 'register', 'mailAddress', 'mailIdentifier'), hashesPassword: true },
  login: { ...limit('login', 'loginAddress', 'loginIdentifier'), hashesPassword: true },
  /** The second step of a sign-in. Guesses are counted by account; this budget is for all accounts of one address. */
  secondStep: { ...limit('secondStep', 'secondStep'), tenantIsFound: true },
  /** A passkey cannot be guessed, so there is no budget by identifier. */
  passkeyLogin: { ...limit('passkeyLogin', 'loginAddress'), tenantIsFound: true },
  /** The use case alone knows the session and whether the call is a repetition. */
  refresh: { ...limit('refresh'), chargedByUseCase: true, tenantIsFound: true },
  /** Fields that score a password without setting it. */
  passwordCheck: limit('passwordCheck', 'passwordCheck'),
  /** Fields that send a mail to an address that the caller names. */
  mail: limit('mail', 'mailAddress', 'mailIdentifier'),
  /** Fields that take the token of a mail. */
  oneTimeToken: limit('oneTimeToken', 'oneTimeToken'),
  /** Text messages to a phone. Charged by the use case, which alone knows the number. */
  textMessage: limit('textMessage', 'smsAccount', 'smsAddress', 'smsNumber', 'smsPrefix', 'smsTotal'),
  /** Fields that take the code of a text message. */
  phoneCode: limit('phoneCode', 'oneTimeToken', 'mutation'),
  /** Fields that take the token of a mail or the credentials of a signed-in user. */
  report: limit('report', 'oneTimeToken', 'mutation'),
  /** Fields that require the current password of a signed-in user. */
  credentials: limit('credentials', 'credentials', 'mutation'),
  /** Fields that require the current password and send a mail to an address that the caller names. */
  credentialsAndMail: limit('credentialsAndMail', 'credentials', 'mutation', 'mailAddress', 'mailIdentifier'),
  mutation: limit('mutation', 'mutation'),
  query: limit('query', 'query'),
} as const satisfies Record<string, Limit>

export type LimitName = keyof typeof limits

/** Limits of which a tenant can have budgets. Links of mails belong to no tenant before their tokens are found and used. */
export type TenantLimitName = Exclude<LimitName, 'oneTimeToken' | 'report'>

/** Budgets that all calls to a tenant share, by name of the limit. */
export type TenantBudgets = Readonly<Partial<Record<TenantLimitName, Budget>>>
