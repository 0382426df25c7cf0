/** A password as it is stored. */
export interface StoredPassword {
  /** A PHC string. */
  readonly hash: string
  /** The id of the PASSWORD_PEPPER in the hash; null for none. */
  readonly pepperId: string | null
  readonly changedAt: Date
}

/**
 * Normalises a password before it is hashed or compared: Unicode NFC (RFC 8265, section 4.2.2), so that different
 * keyboards give the same password. Nothing is trimmed or truncated.
 */
export function normalisePassword(raw: string): string {
  return raw.normalize('NFC')
}
