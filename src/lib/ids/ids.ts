import { randomBytes } from '../crypto/random.ts'
import type { Clock } from '../time/clock.ts'

/** Generates the ids of stored rows. Ids are unique and sort by age. They are public: never use one as a secret. */
export interface Ids {
  next(): string
}

const counterLimit = 0x1000

/**
 * UUIDs of version 7 (RFC 9562, 5.7): milliseconds, a 12-bit counter, 62 random bits. Each id sorts after the one
 * before it, also within one millisecond (6.2, method 1: the counter starts at a random value below half its range)
 * and if the clock steps back. If the counter overflows, the next millisecond is used.
 */
export function createIds(clock: Clock): Ids {
  let timestamp = -1
  let counter = 0

  return {
    next() {
      const random = randomBytes(10)
      const now = clock.now().getTime()
      counter += 1
      if (now > timestamp || counter === counterLimit) {
        timestamp = Math.max(now, timestamp + 1)
        counter = new DataView(random.buffer).getUint16(0) & 0x7ff
      }
      return format(timestamp, counter, random.subarray(2))
    },
  }
}

function format(timestamp: number, counter: number, random: Uint8Array): string {
  const time = timestamp.toString(16).padStart(12, '0')
  const order = counter.toString(16).padStart(3, '0')
  const tail = Buffer.from(random)
  tail.writeUInt8((tail.readUInt8(0) & 0x3f) | 0x80, 0)
  const hex = tail.toString('hex')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${order}-${hex.slice(0, 4)}-${hex.slice(4)}`
}
