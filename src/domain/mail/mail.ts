/** The mails that Gatehouse sends, with their parameters. Tokens are the secrets in the links. */
export type Mail =
  | { readonly kind: 'VERIFY_EMAIL'; readonly token: string; readonly denyToken: string }
  /** To the owner of an account whose address was registered again. */
  | { readonly kind: 'ACCOUNT_EXISTS' }
  | ({ readonly kind: 'RESET_PASSWORD'; readonly token: string } & AboutApiKeys)
  | ({ readonly kind: 'PASSWORD_CHANGED' } & AboutApiKeys)
  | { readonly kind: 'CONFIRM_EMAIL_CHANGE'; readonly token: string }
  /** To the old address, after the change. `newEmail` is `another address` if the old address was not verified. */
  | ({ readonly kind: 'EMAIL_CHANGED'; readonly newEmail: string; readonly undoToken: string } & AboutApiKeys)
  | { readonly kind: 'ACCOUNT_DELETED' }
  | { readonly kind: 'ACCOUNT_LOCKED'; readonly token: string }
  | { readonly kind: 'PASSWORD_EXPIRES'; readonly expiresAt: string }
  /** To the operators; `details` is JSON text. */
  | {
      readonly kind: 'OPERATOR_ALERT'
      readonly alert: string
      readonly message: string
      readonly occurrences: string
      readonly windowStart: string
      readonly windowEnd: string
      readonly details: string
    }
  /** A sign-in from a new device. */
  | {
      readonly kind: 'NEW_SIGN_IN'
      readonly device: string
      readonly place: string
      readonly signedInAt: string
      readonly reportToken: string
    }
  /** A session has ended because its refresh token was used twice. */
  | {
      readonly kind: 'REFRESH_TOKEN_REUSED'
      readonly device: string
      readonly signedInAt: string
      readonly reportToken: string
    }

/** The API keys of the account, as `apiKeysInWords` names them; absent or empty = none. */
export interface AboutApiKeys {
  /** Keys that the change has revoked. */
  readonly revokedApiKeys?: string
  /** Keys that stay valid. */
  readonly remainingApiKeys?: string
}

export type MailKind = Mail['kind']

export interface Recipient {
  readonly email: string
  /** The name in the greeting; null for none. The user chose this text: escape it. */
  readonly name: string | null
}

/** A mail as it is stored. Its content is sealed: address and tokens cannot be read from the database. */
export interface QueuedMail {
  readonly id: string
  readonly kind: MailKind
  readonly userId: string | null
  readonly sealedParameters: Uint8Array<ArrayBuffer>
  readonly createdAt: Date
}
