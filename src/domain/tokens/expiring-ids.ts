import { createHash, randomBytes } from 'node:crypto'
import { isUuid } from '../../lib/ids/uuid.ts'
import { ExpiringIdShard, type IdWords, shardCount } from './expiring-id-shard.ts'
import { type PackedIds, visitPackedIds } from './packed-ids.ts'

const [hyphen, zero, nine, a] = [0x2d, 0x30, 0x39, 0x61]
const max32Bits = 0xffffffff
/** Number of places after which a call of `forget` stops: a few milliseconds of work. */
const maxVisited = 50_000

/**
 * Ids with an expiry and a number each, for millions of them: 32 to 48 bytes for each id, where a Map of strings needs
 * several hundred. The ids are spread over shards, so that growing or cleaning a shard pauses the process only briefly. A
 * random seed decides their places, so that no one can choose ids that collide.
 */
export class ExpiringIds {
  readonly #seed = randomBytes(4).readUInt32LE()
  readonly #shards: readonly ExpiringIdShard[]
  /** The shard that the next call of `forget` visits first. */
  #next = 0

  constructor() {
    const hash = (words: IdWords) => this.#hash(words)
    this.#shards = Array.from({ length: shardCount }, () => new ExpiringIdShard(hash))
  }

  get size(): number {
    return this.#shards.reduce((total, shard) => total + shard.size, 0)
  }

  /** The earliest expiry, in milliseconds since 1970; null if there is no id. Visits every id. */
  get firstExpiry(): number | null {
    const first = Math.min(...this.#shards.map((shard) => shard.firstExpirySeconds))
    return first === Number.POSITIVE_INFINITY ? null : first * 1000
  }

  has(id: string): boolean {
    return this.valueOf(id) !== null
  }

  /** The number of an id; null if the id is absent. */
  valueOf(id: string): number | null {
    const words = wordsOf(id)
    const hash = this.#hash(words)
    return this.#shardOf(hash).valueOf(words, hash)
  }

  /**
   * Adds an id with a number, by default 0, at most 2^32 - 1. Expiries are kept in whole seconds, rounded up. If the id is present,
   * the later expiry and the higher number count.
   */
  add(id: string, expiresAtMs: number, value = 0): void {
    this.#addWords(wordsOf(id), expiresAtMs, value)
  }

  /** Does the same with each of the packed ids. @throws RangeError if they are incomplete */
  addPacked(packed: PackedIds): void {
    visitPackedIds(packed, (a, b, c, d, expiresAtMs, value) =>
      this.#addWords([a, b, c, d], expiresAtMs, value),
    )
  }

  /** Removes expired ids. Among more than 50 000 places, further calls remove the rest. */
  forget(nowMs: number): void {
    let visited = 0
    for (let count = 0; count < shardCount && visited < maxVisited; count += 1) {
      visited += this.#shards[this.#next]?.forget(nowMs / 1000) ?? 0
      this.#next = (this.#next + 1) % shardCount
    }
  }

  #addWords(words: IdWords, expiresAtMs: number, value: number): void {
    const hash = this.#hash(words)
    const expirySeconds = Math.min(max32Bits, Math.ceil(expiresAtMs / 1000))
    this.#shardOf(hash).add(words, hash, { expirySeconds, value: Math.min(max32Bits, value) })
  }

  #shardOf(hash: number): ExpiringIdShard {
    const shard = this.#shards[hash % shardCount]
    if (shard === undefined) throw new Error('A shard is missing.')
    return shard
  }

  /** Mixes the words with the seed, as MurmurHash3 does. The result is an unsigned number of 32 bits. */
  #hash([a, b, c, d]: IdWords): number {
    let hash = mix(mix(mix(mix(this.#seed, a), b), c), d)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    return (hash ^ (hash >>> 16)) >>> 0
  }
}

function mix(hash: number, word: number): number {
  return Math.imul(hash ^ (hash >>> 16) ^ word, 0x85ebca6b)
}

/** The bits of a UUID. Other ids are represented by the first 128 bits of their SHA-256. */
function wordsOf(id: string): IdWords {
  if (isUuid(id)) return [word(id, 0, 8), word(id, 9, 18), word(id, 19, 28), word(id, 28, 36)]
  const digits = createHash('sha256').update(id).digest('hex')
  return [word(digits, 0, 8), word(digits, 8, 16), word(digits, 16, 24), word(digits, 24, 32)]
}

/** The number of the hexadecimal digits between two positions, without the hyphens. Faster than parsing substrings. */
function word(text: string, from: number, to: number): number {
  let number = 0
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at)
    if (code !== hyphen) number = (number << 4) | (code <= nine ? code - zero : code - a + 10)
  }
  return number >>> 0
}
