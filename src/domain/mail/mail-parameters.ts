import { isObject } from '../../lib/text/json.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { MailKind, Recipient } from './mail.ts'
import { type MailedToken, type MailParameters, sealingPurpose } from './mail-composer.ts'
import { isNamedApiKeys } from './named-api-keys.ts'

/** The fields of each kind of mail that hold text. */
const textFields: Readonly<Record<MailKind, readonly string[]>> = {
  VERIFY_EMAIL: ['token', 'denyToken'],
  ACCOUNT_EXISTS: [],
  RESET_PASSWORD: ['token'],
  USER_INVITED: ['token'],
  ADMINISTRATOR_INVITED: ['token', 'tenant'],
  PASSWORD_CHANGED: [],
  CONFIRM_EMAIL_CHANGE: ['token'],
  EMAIL_CHANGED: ['newEmail', 'undoToken'],
  ACCOUNT_DELETED: [],
  ACCOUNT_LOCKED: ['token'],
  PASSWORD_EXPIRES: ['expiresAt'],
  OPERATOR_ALERT: ['alert', 'message', 'occurrences', 'windowStart', 'windowEnd', 'details'],
  NEW_SIGN_IN: ['device', 'place', 'signedInAt', 'reportToken'],
  REFRESH_TOKEN_REUSED: ['device', 'signedInAt', 'reportToken'],
  FACTOR_ADDED: ['factor', 'changedAt', 'undoToken'],
  FACTOR_REMOVED: ['factor', 'changedAt', 'undoToken'],
  FACTORS_RESET: [],
  RECOVERY_CODE_USED: ['device', 'signedInAt', 'codesLeft', 'reportToken'],
  RECOVERY_CODES_REPLACED: ['changedAt', 'reportToken'],
  SECOND_STEP_CHANGED: ['secondStep', 'changedAt', 'reportToken'],
  CHALLENGE_UNSOLVED: ['device', 'signedInAt', 'reportToken'],
  VERIFY_PHONE: ['phoneNumber', 'code', 'codeId', 'userId', 'expiresAt'],
}

/** Fields of any kind that may be absent or null; they hold text. */
const optionalFields = ['browser', 'os', 'country', 'network'] as const

/** Fields of any kind that may be absent; they hold named API keys. */
const keyFields = ['revoked', 'remaining'] as const

/** Whether this version knows the kind of mail. A newer version that runs at the same time can know more kinds. */
export function isKnownKind(kind: string): kind is MailKind {
  return Object.hasOwn(textFields, kind)
}

/**
 * Opens the parameters that the composer sealed; null if they were changed, truncated, swapped or sealed with another
 * key.
 */
export function openMailParameters(
  sealer: Sealer,
  mail: { readonly id: string; readonly sealedParameters: Uint8Array | null },
): MailParameters | null {
  if (mail.sealedParameters === null) return null
  try {
    const plain = sealer.open(mail.sealedParameters, sealingPurpose(mail.id))
    const parameters: unknown = JSON.parse(Buffer.from(plain).toString())
    return isParameters(parameters) ? parameters : null
  } catch {
    return null
  }
}

function isParameters(value: unknown): value is MailParameters {
  if (!isObject(value)) return false
  const { to, mail, tokens, locale } = value
  const addressed = (to === null || isRecipient(to)) && isTextOrNull(locale ?? null)
  return addressed && isMail(mail) && Array.isArray(tokens) && tokens.every(isToken)
}

function isRecipient(value: unknown): value is Recipient {
  return isObject(value) && typeof value.email === 'string' && isTextOrNull(value.name)
}

function isMail(value: unknown): boolean {
  if (!isObject(value) || typeof value.kind !== 'string' || !isKnownKind(value.kind)) return false
  return (
    textFields[value.kind].every((field) => typeof value[field] === 'string') &&
    optionalFields.every((field) => isTextOrNull(value[field] ?? null)) &&
    keyFields.every((field) => value[field] === undefined || isNamedApiKeys(value[field]))
  )
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string'
}

function isToken(value: unknown): value is MailedToken {
  return isObject(value) && typeof value.id === 'string' && typeof value.lifeSeconds === 'number'
}
