import type { Clock } from '../../lib/clock.ts'
import { sha256 } from '../../lib/digest.ts'
import type { Ids } from '../../lib/ids.ts'
import { randomBytes } from '../../lib/random.ts'
import type { PendingRegistration } from '../users/pending-registration.ts'

export const oneTimeTokenPurposes = [
  'VERIFY_EMAIL',
  'DENY_REGISTRATION',
  'RESET_PASSWORD',
  'CHANGE_EMAIL',
  'UNDO_EMAIL_CHANGE',
  'UNLOCK_ACCOUNT',
  'REPORT_SESSION',
] as const
export type OneTimeTokenPurpose = (typeof oneTimeTokenPurposes)[number]

/** What was asked for with the old password ends with it; the way back from an address change stays with its owner. */
export const voidWithPassword: readonly OneTimeTokenPurpose[] = ['RESET_PASSWORD', 'CHANGE_EMAIL']

/** A token at rest. */
export interface OneTimeToken {
  readonly id: string
  readonly purpose: OneTimeTokenPurpose
  /** Null for one that nobody can ever present: it makes an unknown address cost what a known one costs. */
  readonly userId: string | null
  readonly digest: Uint8Array<ArrayBuffer>
  /** The address that it was mailed to, or the other one of an address change; null for one that was not mailed. */
  readonly email: string | null
  /** The registration that the link of its mail makes count. */
  readonly registration: PendingRegistration | null
  /** Whether older tokens of the same purpose stay good beside it. */
  readonly keepsOlder: boolean
  readonly createdAt: Date
  readonly expiresAt: Date
}

const pattern = /^gho_[A-Za-z0-9_-]{43}$/

/** 256 random bits behind a prefix that secret scanners recognise. */
function drawOneTimeSecret(): string {
  return `gho_${Buffer.from(randomBytes(32)).toString('base64url')}`
}

/** What is stored of a secret; null for text that is none of ours. */
export function oneTimeDigest(secret: string): Uint8Array<ArrayBuffer> | null {
  return pattern.test(secret) ? digestOf(secret) : null
}

function digestOf(secret: string): Uint8Array<ArrayBuffer> {
  return sha256(`one-time\0${secret}`)
}

/** A fresh token: its secret for the mail, its digest for the store. */
export function newOneTimeToken(
  deps: { ids: Ids; clock: Clock },
  wish: Pick<OneTimeToken, 'purpose' | 'userId'> &
    Partial<Pick<OneTimeToken, 'email' | 'registration' | 'keepsOlder'>> & { lifeSeconds: number },
): { secret: string; token: OneTimeToken } {
  const secret = drawOneTimeSecret()
  const createdAt = deps.clock.now()
  const token = {
    id: deps.ids.next(),
    purpose: wish.purpose,
    userId: wish.userId,
    digest: digestOf(secret),
    email: wish.email ?? null,
    registration: wish.registration ?? null,
    keepsOlder: wish.keepsOlder ?? false,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + wish.lifeSeconds * 1000),
  }
  return { secret, token }
}
