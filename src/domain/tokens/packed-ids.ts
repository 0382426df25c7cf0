/**
 * Ids that are UUIDs, with an expiry and a number each, one after another in big-endian order: 16 bytes of the id, 8 bytes of
 * the expiry (signed, milliseconds since 1970), 4 bytes of the number (signed). A million of them are read without a string or
 * an object for each.
 */
export type PackedIds = Uint8Array

/** The size of an id with its expiry and number, in bytes. */
export const packedIdBytes = 28

const expiryByte = 16
const valueByte = 24
const wordBytes = 4

/** Called with the four words of an id, its expiry in milliseconds since 1970, and its number. */
type Visit = (a: number, b: number, c: number, d: number, expiresAtMs: number, value: number) => void

/** Visits each id. @throws RangeError if the last one is incomplete: an id that is left out would be accepted */
export function visitPackedIds(packed: PackedIds, visit: Visit): void {
  if (packed.length % packedIdBytes !== 0) throw new RangeError('Packed ids are incomplete.')
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  for (let at = 0; at < packed.length; at += packedIdBytes) {
    const [a, b] = [view.getUint32(at), view.getUint32(at + wordBytes)]
    const [c, d] = [view.getUint32(at + 2 * wordBytes), view.getUint32(at + 3 * wordBytes)]
    const expiresAtMs = view.getInt32(at + expiryByte) * 2 ** 32 + view.getUint32(at + expiryByte + wordBytes)
    visit(a, b, c, d, expiresAtMs, view.getInt32(at + valueByte))
  }
}
