import { sha256 } from '../../lib/crypto/digest.ts'
import { randomBytes } from '../../lib/crypto/random.ts'
import type { Ids } from '../../lib/ids/ids.ts'
import { withoutBlanks } from '../../lib/text/pasted-text.ts'
import type { Clock } from '../../lib/time/clock.ts'
import type { FactorChange } from '../factors/factor-change.ts'

export const oneTimeTokenPurposes = [
  'VERIFY_EMAIL',
  'DENY_REGISTRATION',
  'RESET_PASSWORD',
  'CHANGE_EMAIL',
  'UNDO_EMAIL_CHANGE',
  'UNLOCK_ACCOUNT',
  'REPORT_SESSION',
  'UNDO_FACTOR_CHANGE',
] as const
export type OneTimeTokenPurpose = (typeof oneTimeTokenPurposes)[number]

/** Purposes whose tokens become void with a new password. The undo of an e-mail change stays valid. */
export const voidWithPassword: readonly OneTimeTokenPurpose[] = ['RESET_PASSWORD', 'CHANGE_EMAIL']

/** A token as it is stored. */
export interface OneTimeToken {
  readonly id: string
  readonly purpose: OneTimeTokenPurpose
  /**
   * Null if the token concerns a pending registration, and for a decoy, which no one can present: requests for unknown
   * addresses do the same work as for known ones.
   */
  readonly userId: string | null
  readonly digest: Uint8Array<ArrayBuffer>
  /** The address that the token was mailed to, or the other address of an e-mail change; null if it was not mailed. */
  readonly email: string | null
  /** The pending registration that the link completes or denies; null if the token concerns an account. */
  readonly registrationId: string | null
  /** The change that the token takes back; null for other purposes. */
  readonly factorChange: FactorChange | null
  /** Whether older tokens of the same purpose stay valid. */
  readonly keepsOlder: boolean
  readonly createdAt: Date
  readonly expiresAt: Date
}

const pattern = /^gho_[A-Za-z0-9_-]{43}$/

/** Generates 256 random bits after a prefix that secret scanners recognise. */
function generateSecret(): string {
  return `gho_${Buffer.from(randomBytes(32)).toString('base64url')}`
}

/** Longer texts are not a token with blanks in it. */
const maxPastedLength = 256

/** The digest by which a token is stored; null for text that is not well formed. Blanks and line breaks are ignored. */
export function oneTimeDigest(secret: string): Uint8Array<ArrayBuffer> | null {
  const token = secret.length > maxPastedLength ? secret : withoutBlanks(secret)
  return pattern.test(token) ? digestOf(token) : null
}

function digestOf(secret: string): Uint8Array<ArrayBuffer> {
  return sha256(`one-time\0${secret}`)
}

/** Creates a token. The secret goes into the mail, the token with its digest into the store. */
export function newOneTimeToken(
  deps: { ids: Ids; clock: Clock },
  options: Pick<OneTimeToken, 'purpose' | 'userId'> &
    Partial<Pick<OneTimeToken, 'email' | 'registrationId' | 'factorChange' | 'keepsOlder'>> & {
      lifeSeconds: number
    },
): { secret: string; token: OneTimeToken } {
  const secret = generateSecret()
  const createdAt = deps.clock.now()
  const token = {
    id: deps.ids.next(),
    purpose: options.purpose,
    userId: options.userId,
    digest: digestOf(secret),
    email: options.email ?? null,
    registrationId: options.registrationId ?? null,
    factorChange: options.factorChange ?? null,
    keepsOlder: options.keepsOlder ?? false,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + options.lifeSeconds * 1000),
  }
  return { secret, token }
}
