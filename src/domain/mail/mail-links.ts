/** Pages that the links in mails open. Each is an absolute URL in which `{token}` stands for the one-time token. */
export interface MailLinks {
  readonly verifyEmail: string
  readonly denyRegistration: string
  readonly resetPassword: string
  readonly confirmEmail: string
  readonly undoEmailChange: string
  readonly unlockAccount: string
  readonly reportSession: string
  readonly undoFactorChange: string
}

/** The URL of a link: the template with the token in place of `{token}`. It contains no input of a request. */
export function fillLink(template: string, token: string): string {
  return new URL(template.split('{token}').join(encodeURIComponent(token))).href
}
