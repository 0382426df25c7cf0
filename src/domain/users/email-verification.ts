/** Whether new e-mail addresses are verified by a mailed link. */
export type EmailVerification =
  /** No mail is sent. */
  | 'off'
  /** A mail is sent; unverified users can sign in. */
  | 'optional'
  /** A mail is sent; only verified users can sign in. */
  | 'required'
