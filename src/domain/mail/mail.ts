import type { FactorKind } from '../factors/factor-change.ts'
import type { NamedApiKeys } from './named-api-keys.ts'

/** The mails that Gatehouse sends, with their parameters. Tokens are the secrets in the links. */
export type Mail =
  | { readonly kind: 'VERIFY_EMAIL'; readonly token: string; readonly denyToken: string }
  /** To the owner of an account whose address was registered again. */
  | { readonly kind: 'ACCOUNT_EXISTS' }
  | ({ readonly kind: 'RESET_PASSWORD'; readonly token: string } & AboutApiKeys)
  /** To a user whom the operator has created without a password. */
  | { readonly kind: 'USER_INVITED'; readonly token: string }
  /** To the first administrator of a new tenant, whose account has no password yet. `tenant` is the name of the tenant. */
  | { readonly kind: 'ADMINISTRATOR_INVITED'; readonly token: string; readonly tenant: string }
  | ({ readonly kind: 'PASSWORD_CHANGED' } & AboutApiKeys)
  | { readonly kind: 'CONFIRM_EMAIL_CHANGE'; readonly token: string }
  /** To the old address, after the change. `newEmail` is empty if the old address was not verified. */
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
  | ({
      readonly kind: 'NEW_SIGN_IN'
      /** ISO 3166-1 code; null if unknown. */
      readonly country?: string | null
      /** In CIDR notation; null if unknown. */
      readonly network?: string | null
      /** For processes of a version without translations. */
      readonly place: string
      readonly signedInAt: string
      readonly reportToken: string
    } & SignInDevice)
  /** A session has ended because its refresh token was used twice. */
  | ({
      readonly kind: 'REFRESH_TOKEN_REUSED'
      readonly signedInAt: string
      readonly reportToken: string
    } & SignInDevice)
  | {
      readonly kind: 'FACTOR_ADDED' | 'FACTOR_REMOVED'
      readonly factor: FactorKind
      readonly changedAt: string
      readonly undoToken: string
    }
  /** An administrator removed every factor. */
  | { readonly kind: 'FACTORS_RESET' }
  | ({
      readonly kind: 'RECOVERY_CODE_USED'
      readonly signedInAt: string
      /** Number of unused codes, in digits. */
      readonly codesLeft: string
      readonly reportToken: string
    } & SignInDevice)
  | { readonly kind: 'RECOVERY_CODES_REPLACED'; readonly changedAt: string; readonly reportToken: string }
  /** ON: passkeys alone make a password sign-in require a second step from now on. */
  | {
      readonly kind: 'SECOND_STEP_CHANGED'
      readonly secondStep: 'ON' | 'OFF'
      readonly changedAt: string
      readonly reportToken: string
    }
  /** The password was right, and the second factor was not proven in time. */
  | ({
      readonly kind: 'CHALLENGE_UNSOLVED'
      readonly signedInAt: string
      readonly reportToken: string
    } & SignInDevice)

/** The device of a sign-in: browser and operating system; null or absent if unknown. */
interface SignInDevice {
  readonly browser?: string | null
  readonly os?: string | null
  /** For processes of a version without translations. */
  readonly device: string
}

/** The API keys of the account; absent or empty = none. */
export interface AboutApiKeys {
  /** Keys that the change has revoked. */
  readonly revoked?: NamedApiKeys
  /** Keys that stay valid. */
  readonly remaining?: NamedApiKeys
}

/** A text message with the code that verifies a phone number. It waits in the queue of the mails. */
export interface PhoneCodeMessage {
  readonly kind: 'VERIFY_PHONE'
  /** E.164. */
  readonly phoneNumber: string
  readonly code: string
  /** Id of the code, and of the account. The message is useless once the code is replaced or used. */
  readonly codeId: string
  readonly userId: string
  /** ISO 8601. */
  readonly expiresAt: string
}

export type MailKind = Mail['kind'] | PhoneCodeMessage['kind']

/** How a queued message reaches its recipient. An outage of one channel must not delay the other. */
export type MessageChannel = 'MAIL' | 'TEXT'

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
