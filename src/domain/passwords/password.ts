/** A password at rest. */
export interface StoredPassword {
  /** A PHC string. */
  readonly hash: string
  /** Which PASSWORD_PEPPER was mixed in; null for none. */
  readonly pepperId: string | null
  readonly changedAt: Date
}

/**
 * The form in which a password is hashed and compared: Unicode NFC (RFC 8265 section 4.2.2), nothing trimmed, nothing
 * cut, so that the same password typed on another keyboard is the same password.
 */
export function normalisePassword(written: string): string {
  return written.normalize('NFC')
}
