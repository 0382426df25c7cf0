import { sha256 } from '../../lib/crypto/digest.ts'
import { randomBytes } from '../../lib/crypto/random.ts'
import type { Ids } from '../../lib/ids/ids.ts'
import { withoutBlanks } from '../../lib/text/pasted-text.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { minuteMs } from '../../lib/time/duration.ts'
import type { TokenTransport } from '../sessions/session.ts'

/**
 * What a sign-in with the right password still requires. SECOND_STEP: the proof of a second factor. ENROLMENT: the
 * enrolment of one. ENROLLED: nothing, a factor was enrolled on the way in.
 */
export type SignInChallengeKind = 'SECOND_STEP' | 'ENROLMENT' | 'ENROLLED'

/** Number of proofs that are compared with one challenge. */
export const maxChallengeTries = 5
/** Number of open challenges of an account. */
export const maxOpenChallenges = 10
/** Lifetime of a challenge that waits for the second step, and of one whose factor was enrolled. */
export const challengeLifeMs = 5 * minuteMs
/** Lifetime of a challenge that waits for the enrolment of a factor. */
export const enrolmentLifeMs = 15 * minuteMs

/** Circumstances of the login that the session keeps. */
export interface ChallengedSignIn {
  /** The identifier as it was typed, normalised: it names the count of wrong passwords. */
  readonly identifier: string
  /** Display name of the device that the client sent; null: none. */
  readonly deviceName: string | null
  /** Browser and system, from fixed lists, for the mail about a second step that was not proven; null: unknown. */
  readonly browser: string | null
  readonly os: string | null
  /** Digest of the fingerprint that the client sent, in hexadecimal; null: none. */
  readonly fingerprint: string | null
  /** Id of the device, if the owner has signed in on it before. */
  readonly deviceId: string | null
  readonly deviceEpoch: number
  readonly attemptEpoch: number
  /** Number of wrong passwords within the window. */
  readonly failedAttempts: number
  readonly stuffing: boolean
  readonly spraying: boolean
}

/** A sign-in with the right password that waits for a further step. */
export interface SignInChallenge {
  readonly id: string
  readonly userId: string
  readonly tenantId: string
  readonly kind: SignInChallengeKind
  readonly digest: Uint8Array<ArrayBuffer>
  /** Digest of the secret in the cookie of the browser; null: the challenge is bound to the device. */
  readonly cookieDigest: Uint8Array<ArrayBuffer> | null
  /** Digest of the device that began the sign-in, as for refresh tokens. */
  readonly deviceDigest: Uint8Array<ArrayBuffer>
  /** Token version of the account when the password was proven: a later one voids the challenge. */
  readonly tokenVersion: number
  /** Authentication methods that are proven. */
  readonly amr: readonly string[]
  readonly transport: TokenTransport
  readonly rememberMe: boolean
  readonly signIn: ChallengedSignIn
  /** Challenge of the passkey (WebAuthn) that can answer; null: none. */
  readonly passkeyChallenge: Uint8Array<ArrayBuffer> | null
  readonly createdAt: Date
  readonly expiresAt: Date
}

/** Prefix that secret scanners recognise, and 256 random bits. */
const pattern = /^ghc_[A-Za-z0-9_-]{43}$/
const cookiePattern = /^[A-Za-z0-9_-]{43}$/
const secretBytes = 32

/** Longer texts are not a token with blanks in it. */
const maxPastedLength = 256

/** The digest by which a challenge is stored; null for text that is not well formed. Blanks and line breaks are ignored. */
export function challengeDigest(text: string): Uint8Array<ArrayBuffer> | null {
  const token = text.length > maxPastedLength ? text : withoutBlanks(text)
  return pattern.test(token) ? digestOf('challenge', token) : null
}

/** The digest of the secret in the cookie; null if it is absent or not well formed. */
export function challengeCookieDigest(value: string | null): Uint8Array<ArrayBuffer> | null {
  return value !== null && cookiePattern.test(value) ? digestOf('challenge cookie', value) : null
}

export type ChallengeRequest = Omit<
  SignInChallenge,
  'id' | 'digest' | 'cookieDigest' | 'createdAt' | 'expiresAt'
> & { readonly lifeMs: number }

/** A new challenge, and the secrets that are not stored. */
export interface IssuedChallenge {
  readonly challenge: SignInChallenge
  readonly token: string
  /** The value of the cookie; null: the challenge is bound to the device. */
  readonly cookie: string | null
}

/** Creates a challenge without storing it. With BODY it is bound to the device, otherwise to a cookie. */
export function newSignInChallenge(
  deps: { ids: Ids; clock: Clock },
  { lifeMs, ...request }: ChallengeRequest,
): IssuedChallenge {
  const token = `ghc_${randomText()}`
  const cookie = request.transport === 'BODY' ? null : randomText()
  const createdAt = deps.clock.now()
  const challenge = {
    ...request,
    id: deps.ids.next(),
    digest: digestOf('challenge', token),
    cookieDigest: cookie === null ? null : digestOf('challenge cookie', cookie),
    createdAt,
    expiresAt: new Date(createdAt.getTime() + lifeMs),
  }
  return { challenge, token, cookie }
}

function randomText(): string {
  return Buffer.from(randomBytes(secretBytes)).toString('base64url')
}

function digestOf(kind: string, secret: string): Uint8Array<ArrayBuffer> {
  return sha256(`${kind}\0${secret}`)
}
