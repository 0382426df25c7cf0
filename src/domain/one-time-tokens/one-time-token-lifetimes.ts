/**
 * Lifetimes of the one-time tokens in mails, in seconds from the moment at which the mail is sent. The token of a link
 * that denies a registration lives as long as the one that verifies the address of the same mail.
 */
export interface OneTimeTokenLifetimes {
  readonly verifyEmailSeconds: number
  readonly resetPasswordSeconds: number
  readonly changeEmailSeconds: number
  readonly undoEmailChangeSeconds: number
  readonly unlockAccountSeconds: number
  readonly reportSessionSeconds: number
  readonly undoFactorChangeSeconds: number
}
