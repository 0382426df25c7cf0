/** The part of a reader that a sample requires. */
interface NetworkReader {
  readonly metadata: { readonly ipVersion: number }
  getWithPrefixLength(address: string): readonly [record: unknown, prefixLength: number]
}

/**
 * Yields the records of the first networks of an .mmdb file, in the order of their addresses. Ends after `maxLookups`
 * networks, known and unknown ones.
 */
export function* sampleNetworks(reader: NetworkReader, maxLookups: number): Generator<unknown> {
  const bits = reader.metadata.ipVersion === 4 ? 32 : 128
  const end = 1n << BigInt(bits)
  let address = 0n
  for (let lookups = 0; lookups < maxLookups && address < end; lookups += 1) {
    const [record, prefixLength] = reader.getWithPrefixLength(addressText(address, bits))
    if (record !== null) yield record
    address += 1n << BigInt(bits - prefixLength)
  }
}

function addressText(address: bigint, bits: 32 | 128): string {
  const [width, separator, radix] = bits === 32 ? [8, '.', 10] : [16, ':', 16]
  const parts = Array.from({ length: bits / width }, (_, index) => {
    const part = address >> BigInt(bits - width * (index + 1))
    return (part & ((1n << BigInt(width)) - 1n)).toString(radix)
  })
  return parts.join(separator)
}
