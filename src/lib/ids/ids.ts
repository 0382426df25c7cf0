import { randomBytes } from '../crypto/random.ts'
import type { Clock } from '../time/clock.ts'

/** Generates the ids of stored rows. Ids are unique and sort by age. They are public: never use one as a secret. */
export interface Ids {
  next(): string
}

const counterLimit = 0x1000
/** One call of the generator costs as much as many bytes. Ids are public, so the bytes of later ids may wait in memory. */
const drawnBytes = 4096
const bytesOfId = 10

/**
 * UUIDs of version 7 (RFC 9562, 5.7): milliseconds, a 12-bit counter, 62 random bits. Each id sorts after the one
 * before it, also within one millisecond (6.2, method 1: the counter starts at a random value below half its range)
 * and if the clock steps back. If the counter overflows, the next millisecond is used.
 */
export function createIds(clock: Clock): Ids {
  let timestamp = -1
  let counter = 0
  let drawn = Buffer.alloc(0)
  let used = 0

  return {
    next() {
      if (used + bytesOfId > drawn.length) {
        drawn = Buffer.from(randomBytes(drawnBytes).buffer)
        used = 0
      }
      const at = used
      used += bytesOfId
      const now = clock.now().getTime()
      counter += 1
      if (now > timestamp || counter === counterLimit) {
        timestamp = Math.max(now, timestamp + 1)
        counter = drawn.readUInt16BE(at) & 0x7ff
      }
      return format(timestamp, counter, drawn, at + 2)
    },
  }
}

/** `random` holds the 62 bits from that position on; the first two bits of the byte there become the variant. */
function format(timestamp: number, counter: number, random: Buffer, at: number): string {
  const time = timestamp.toString(16).padStart(12, '0')
  const order = counter.toString(16).padStart(3, '0')
  random.writeUInt8((random.readUInt8(at) & 0x3f) | 0x80, at)
  const hex = random.toString('hex', at, at + 8)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${order}-${hex.slice(0, 4)}-${hex.slice(4)}`
}
