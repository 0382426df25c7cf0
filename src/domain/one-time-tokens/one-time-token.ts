import { sha256 } from '../../lib/digest.ts'
import { randomBytes } from '../../lib/random.ts'

export const oneTimeTokenPurposes = [
  'VERIFY_EMAIL',
  'DENY_REGISTRATION',
  'RESET_PASSWORD',
  'CHANGE_EMAIL',
  'UNDO_EMAIL_CHANGE',
] as const
export type OneTimeTokenPurpose = (typeof oneTimeTokenPurposes)[number]

/** A token at rest. */
export interface OneTimeToken {
  readonly id: string
  readonly purpose: OneTimeTokenPurpose
  /** Null for one that nobody can ever present: it makes an unknown address cost what a known one costs. */
  readonly userId: string | null
  readonly digest: Uint8Array<ArrayBuffer>
  /** The other address of an address change. */
  readonly email: string | null
  readonly createdAt: Date
  readonly expiresAt: Date
}

const pattern = /^gho_[A-Za-z0-9_-]{43}$/

/** 256 random bits behind a prefix that secret scanners recognise. */
export function drawOneTimeSecret(): string {
  return `gho_${Buffer.from(randomBytes(32)).toString('base64url')}`
}

/** What is stored of a secret; null for text that is none of ours. */
export function oneTimeDigest(secret: string): Uint8Array<ArrayBuffer> | null {
  return pattern.test(secret) ? sha256(`one-time\0${secret}`) : null
}
