import { type PackedIds, packedIdBytes } from '../../src/domain/tokens/packed-ids.ts'

/** Ids with their expiry and number, as the database packs them. They start in the middle of a buffer. */
export function packedIds(
  entries: readonly { readonly id: string; readonly expiresAtMs: number; readonly value: number }[],
): PackedIds {
  const packed = Buffer.alloc((entries.length + 1) * packedIdBytes).subarray(packedIdBytes)
  entries.forEach(({ id, expiresAtMs, value }, place) => {
    const at = place * packedIdBytes
    packed.write(id.replaceAll('-', ''), at, 'hex')
    packed.writeBigInt64BE(BigInt(expiresAtMs), at + 16)
    packed.writeInt32BE(value, at + 24)
  })
  return packed
}
