import { randomBytes } from '../../lib/crypto/random.ts'
import type { Ids } from '../../lib/ids/ids.ts'
import { isObject, type JsonObject, parseJson } from '../../lib/text/json.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { minuteMs } from '../../lib/time/duration.ts'
import type { Sealer } from '../keys/sealer.ts'

/** Lifetime of a ceremony: the maximum that WebAuthn recommends for user verification. */
export const ceremonyLifeMs = 5 * minuteMs

const prefix = 'ghw_'
const pattern = /^ghw_[A-Za-z0-9_-]{40,1000}$/
const challengeBytes = 32

/**
 * LOGIN: to sign in, or to prove again who one is. REGISTRATION: to register a passkey in a session. ENROLMENT: to register one
 * during a sign-in.
 */
export type CeremonyKind = 'LOGIN' | 'REGISTRATION' | 'ENROLMENT'

/** A ceremony of WebAuthn that has begun. */
export interface PasskeyCeremony {
  readonly id: string
  /** 32 random bytes in base64url. */
  readonly challenge: string
  /** LOGIN: slug of the tenant. REGISTRATION: id of the user. ENROLMENT: the enrolmentToken of the sign-in. */
  readonly subject: string
  readonly expiresAt: Date
}

/** What a client gets of a ceremony that has begun. */
export interface StartedCeremony {
  readonly ceremonyToken: string
  /** Argument of `navigator.credentials`, in JSON. */
  readonly options: JsonObject
  readonly expiresAt: Date
}

/** Generates a challenge of WebAuthn: 32 random bytes. */
export function newPasskeyChallenge(): Uint8Array<ArrayBuffer> {
  return randomBytes(challengeBytes)
}

/**
 * Ceremonies of WebAuthn. The client holds the ceremony as a sealed token, so that a start writes no row: anyone can start as
 * many as they want. A ceremony is remembered when its token is used, until it expires (UsedCeremonyStore).
 */
export class PasskeyCeremonies {
  readonly #deps: { readonly sealer: Sealer; readonly clock: Clock; readonly ids: Ids }

  constructor(deps: { readonly sealer: Sealer; readonly clock: Clock; readonly ids: Ids }) {
    this.#deps = deps
  }

  begin(kind: CeremonyKind, subject: string): { readonly token: string; readonly ceremony: PasskeyCeremony } {
    const { sealer, clock, ids } = this.#deps
    const challenge = Buffer.from(newPasskeyChallenge()).toString('base64url')
    const expiresAt = new Date(clock.now().getTime() + ceremonyLifeMs)
    const ceremony = { id: ids.next(), challenge, subject, expiresAt }
    const sealed = sealer.seal(Buffer.from(JSON.stringify(ceremony)), purposeOf(kind))
    return { token: prefix + Buffer.from(sealed).toString('base64url'), ceremony }
  }

  /** The ceremony of a token; null for a token of another kind, an expired or changed one, and any other text. */
  open(kind: CeremonyKind, token: string): PasskeyCeremony | null {
    if (!pattern.test(token)) return null
    const ceremony = this.#unseal(kind, token)
    return ceremony === null || ceremony.expiresAt <= this.#deps.clock.now() ? null : ceremony
  }

  /** Whether the token is one of that kind. It may have expired. */
  isOf(kind: CeremonyKind, token: string): boolean {
    return pattern.test(token) && this.#unseal(kind, token) !== null
  }

  #unseal(kind: CeremonyKind, token: string): PasskeyCeremony | null {
    try {
      const sealed = Buffer.from(token.slice(prefix.length), 'base64url')
      const plain = this.#deps.sealer.open(sealed, purposeOf(kind))
      return readCeremony(parseJson(Buffer.from(plain).toString('utf8')))
    } catch {
      return null
    }
  }
}

/** Null for content of another version. */
function readCeremony(value: unknown): PasskeyCeremony | null {
  if (!isObject(value)) return null
  const { id, challenge, subject, expiresAt } = value
  if (typeof id !== 'string' || typeof challenge !== 'string') return null
  if (typeof subject !== 'string' || typeof expiresAt !== 'string') return null
  return { id, challenge, subject, expiresAt: new Date(expiresAt) }
}

function purposeOf(kind: CeremonyKind): string {
  return `passkey ceremony ${kind}`
}
