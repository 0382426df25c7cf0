import { randomBytes } from '../../lib/crypto/random.ts'
import { withoutBlanks } from '../../lib/text/pasted-text.ts'

/** Bits of a secret: the length of the HMAC (RFC 4226, section 4, requirement 6). */
const secretBytes = 20
/** Number of wrong codes in a row after which codes are refused until another factor or an administrator helps. */
export const maxTotpFailures = 100

/** A secret of an authenticator app (RFC 6238) as it is stored. */
export interface TotpSecret {
  readonly id: string
  readonly userId: string
  /** Sealed for `totpSealingPurpose` of the user. */
  readonly sealedSecret: Uint8Array<ArrayBuffer>
  readonly createdAt: Date
}

/** A secret with which codes are compared. */
export interface StoredTotp extends TotpSecret {
  /** Number of wrong codes since the last accepted proof of a second factor. */
  readonly failures: number
}

/** Port to the algorithm of RFC 6238: SHA-1, six digits, steps of 30 seconds. */
export interface TotpAlgorithm {
  /**
   * The latest time step whose code this is, of the present one, the one before and the one after it; null if there is none.
   * Takes the same time for every code.
   */
  findStep(secret: Uint8Array<ArrayBuffer>, code: string, now: Date): number | null
  /** What the user types or scans. */
  describe(secret: Uint8Array<ArrayBuffer>, account: TotpAccount): TotpDescription
}

/** The names under which authenticator apps list a secret. */
export interface TotpAccount {
  readonly issuer: string
  readonly label: string
}

export interface TotpDescription {
  /** Base32 (RFC 4648). */
  readonly secret: string
  /** otpauth:// URI. */
  readonly uri: string
  /** The URI as a QR code: an SVG image. */
  readonly qrCodeSvg: string
}

export function generateTotpSecret(): Uint8Array<ArrayBuffer> {
  return randomBytes(secretBytes)
}

/** A sealed secret opens for its own user only. */
export function totpSealingPurpose(userId: string): string {
  return `totp secret of ${userId}`
}

/** Longer texts are not a code with blanks in it. */
const maxPastedLength = 64

/** The code in a text without its blanks; null if it is not six digits. */
export function readTotpCode(text: string): string | null {
  const code = text.length > maxPastedLength ? text : withoutBlanks(text)
  return /^[0-9]{6}$/.test(code) ? code : null
}
