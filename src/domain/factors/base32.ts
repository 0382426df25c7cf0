const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const bitsPerCharacter = 5

/** The bytes of base32 text (RFC 4648, section 6), without regard to case; padding may be absent. Null for any other text. */
export function decodeBase32(text: string): Uint8Array<ArrayBuffer> | null {
  const digits = text.toUpperCase().replace(/=+$/, '')
  const bytes: number[] = []
  let held = 0
  let bits = 0
  for (const digit of digits) {
    const value = alphabet.indexOf(digit)
    if (value === -1) return null
    held = ((held << bitsPerCharacter) | value) & 0xfff
    bits += bitsPerCharacter
    if (bits < 8) continue
    bits -= 8
    bytes.push((held >> bits) & 0xff)
  }
  return bytes.length === 0 ? null : new Uint8Array(bytes)
}
