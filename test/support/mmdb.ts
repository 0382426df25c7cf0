import { isIPv6 } from 'node:net'

/** Location of a network in the database of a test. */
export interface TestPlace {
  readonly country?: string
  readonly latitude?: number
  readonly longitude?: number
  /** The record itself, for layouts of other publishers. */
  readonly record?: Value
}

type Value = string | number | { readonly double: number } | { readonly [name: string]: Value }

const marker = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex')
/** Precedes the data section; offsets count from its end (MaxMind DB 2.0, "Data Section Separator"). */
const separator = Buffer.alloc(16)
const ipv4Prefix = 96

/** A small .mmdb file (MaxMind DB 2.0) with these networks in CIDR notation. */
export function writeMmdb(
  networks: Readonly<Record<string, TestPlace>>,
  databaseType = 'GeoLite2-City',
): Buffer {
  const nodes: [number | null, number | null][] = [[null, null]]
  const data: Buffer[] = []
  let dataLength = 0
  const leaves: { node: number; bit: 0 | 1; offset: number }[] = []
  for (const [network, place] of Object.entries(networks)) {
    const bits = bitsOf(network)
    let node = 0
    for (const bit of bits.slice(0, -1)) node = childOf(nodes, node, bit)
    const record = encode(recordOf(place))
    leaves.push({ node, bit: bits.at(-1) ?? 0, offset: dataLength })
    data.push(record)
    dataLength += record.length
  }
  const tree = Buffer.alloc(nodes.length * 8)
  nodes.forEach(([zero, one], index) => {
    tree.writeUInt32BE(zero ?? nodes.length, index * 8)
    tree.writeUInt32BE(one ?? nodes.length, index * 8 + 4)
  })
  for (const { node, bit, offset } of leaves)
    tree.writeUInt32BE(nodes.length + separator.length + offset, node * 8 + bit * 4)
  return Buffer.concat([tree, separator, ...data, marker, encode(metadataOf(nodes.length, databaseType))])
}

function childOf(nodes: [number | null, number | null][], node: number, bit: 0 | 1): number {
  const known = nodes[node]?.[bit]
  if (known !== undefined && known !== null) return known
  nodes.push([null, null])
  const child = nodes.length - 1
  const parent = nodes[node]
  if (parent !== undefined) parent[bit] = child
  return child
}

function bitsOf(network: string): readonly (0 | 1)[] {
  const [address = '', prefix = ''] = network.split('/')
  const isLong = isIPv6(address)
  const bytes = isLong
    ? longBytes(address)
    : [...new Array<number>(12).fill(0), ...address.split('.').map(Number)]
  const bits = bytes.flatMap((byte) =>
    [7, 6, 5, 4, 3, 2, 1, 0].map((shift): 0 | 1 => (((byte >> shift) & 1) === 1 ? 1 : 0)),
  )
  return bits.slice(0, Number(prefix) + (isLong ? 0 : ipv4Prefix))
}

function longBytes(address: string): readonly number[] {
  const [left = '', right = ''] = address.split('::')
  const first = left === '' ? [] : left.split(':')
  const last = right === '' ? [] : right.split(':')
  const groups = [...first, ...new Array<string>(8 - first.length - last.length).fill('0'), ...last]
  return groups.map((group) => Number.parseInt(group, 16)).flatMap((group) => [group >> 8, group & 255])
}

function recordOf({ country, latitude, longitude, record }: TestPlace): Value {
  if (record !== undefined) return record
  return {
    ...(country === undefined ? {} : { country: { iso_code: country } }),
    ...(latitude === undefined || longitude === undefined
      ? {}
      : { location: { latitude: { double: latitude }, longitude: { double: longitude } } }),
  }
}

function metadataOf(nodeCount: number, databaseType: string): Value {
  return {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
    database_type: databaseType,
    description: {},
    ip_version: 6,
    node_count: nodeCount,
    record_size: 32,
  }
}

/** Encodes strings, unsigned integers, doubles and maps with sizes below 29 ("Data Field Format"). */
function encode(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(2, value.length), Buffer.from(value)])
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return Buffer.concat([control(6, bytes.length), bytes])
  }
  if (isDouble(value)) {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleBE(value.double)
    return Buffer.concat([control(3, bytes.length), bytes])
  }
  const entries = Object.entries(value)
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([name, inner]) => [encode(name), encode(inner)]),
  ])
}

function isDouble(value: object): value is { readonly double: number } {
  return 'double' in value && typeof value.double === 'number'
}

function control(type: number, size: number): Buffer {
  if (size >= 29) throw new Error('Values of 29 and more bytes are not supported.')
  return Buffer.of((type << 5) | size)
}
