/** An account and its attempt epoch: wrong passwords of an earlier epoch are forgotten. */
export interface GuardedAccount {
  readonly accountId: string
  readonly epoch: number
}

/** What an attempt is counted against. Attempts on the same subject share one count. */
export type AttemptSubject =
  /**
   * Logins to an account from unknown devices. The typed identifier has a count that the response depends on, the account
   * has one that refuses silently: otherwise a pause would reveal which username and which address are one account.
   */
  | ({ readonly kind: 'account'; readonly identifier: string } & GuardedAccount)
  /** Logins from a device on which the owner signed in before. Attackers on other devices cannot exhaust its count. */
  | ({ readonly kind: 'device'; readonly deviceId: string } & GuardedAccount)
  /** An identifier without an account, normalised like one of an account. */
  | { readonly kind: 'identifier'; readonly tenant: string; readonly identifier: string }
  /** Signed-in users who prove their password again. Attackers at the login cannot exhaust this count. */
  | ({ readonly kind: 'proof' } & GuardedAccount)
  /**
   * Codes of the second factor: of all sign-ins, devices and sessions of an account. It has no epoch: neither a new
   * password nor a link in a mail may grant new guesses.
   */
  | { readonly kind: 'factor'; readonly accountId: string }
